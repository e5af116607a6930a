import type { World } from "./world.ts";

/** What begins as every JWT's header does, up to where it ends. */
const JWT = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]*/g;

/** The last guard against a token in a message, as when it was typed where a tenant's name belongs. */
export function redactTokens(text: string): string {
  return text.replaceAll(JWT, "[token]");
}

/** A world whose stderr shows no token. Its stdout is left alone: an export must not change what it exports. */
export function withRedactedMessages(world: World): World {
  return {
    ...world,
    stderr: (text) => {
      world.stderr(redactTokens(text));
    },
  };
}
