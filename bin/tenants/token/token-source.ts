/** Where a token comes from. Never from the command line itself, which every process of the machine can read. */
import { readFile } from "node:fs/promises";
import { Option } from "commander";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { World } from "../world.ts";

export interface TokenOptions {
  readonly tokenFile?: string;
  readonly tokenEnv?: string;
  readonly tokenStdin?: boolean;
}

export function tokenOptions(): readonly Option[] {
  return [
    new Option("--token-file <file>", "a file that holds an access token"),
    new Option(
      "--token-env <name>",
      "an environment variable that holds an access token",
    ).conflicts(["tokenFile"]),
    new Option("--token-stdin", "read an access token from stdin").conflicts([
      "tokenFile",
      "tokenEnv",
    ]),
  ];
}

/** The token that the options name, without `Bearer`; `undefined` when they name none. */
export async function readToken(
  world: World,
  { tokenFile, tokenEnv, tokenStdin }: TokenOptions,
): Promise<string | undefined> {
  if (tokenFile !== undefined) {
    return clean(await readTokenFile(tokenFile), "--token-file");
  }
  if (tokenEnv !== undefined) {
    return clean(world.env[tokenEnv] ?? "", `--token-env ${tokenEnv}`);
  }
  return tokenStdin === true
    ? clean(await world.readStdin(), "--token-stdin")
    : undefined;
}

async function readTokenFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code = "an error" } = error as NodeJS.ErrnoException;
    throw new CommandError(
      EXIT.usage,
      "token_unreadable",
      `the token's file ${file} cannot be read: ${code}`,
    );
  }
}

/** A header copied whole is understood; whatever else is wrong is not repeated, since it may be half a token. */
function clean(text: string, source: string): string {
  const token = text.trim().replace(/^bearer +/i, "");
  if (token !== "" && !/\s/.test(token)) return token;
  throw new CommandError(
    EXIT.usage,
    "token_unreadable",
    token === ""
      ? `${source} holds no token`
      : `${source} holds more than one word: expected an access token alone`,
  );
}
