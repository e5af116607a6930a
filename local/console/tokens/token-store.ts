/**
 * The tokens that the page may send. They stay on this side: a token in a page is in its history, its memory and its
 * screenshots.
 */
import { randomUUID } from "node:crypto";
import type { TokenView } from "../api.ts";
import { ConsoleError } from "../console-error.ts";
import { decodeToken } from "./decode-token.ts";

export interface TokenStore {
  /** `undefined` stands for sending no token. */
  readonly keep: (token: string | undefined) => TokenView;
  /** @throws ConsoleError when it has been forgotten */
  readonly find: (handle: string) => string | undefined;
}

const MAX_TOKENS = 500;

export function createTokenStore(): TokenStore {
  const tokens = new Map<string, string | undefined>();
  return {
    keep: (token) => {
      const [oldest] = tokens.keys();
      if (oldest !== undefined && tokens.size >= MAX_TOKENS) {
        tokens.delete(oldest);
      }
      const handle = randomUUID();
      tokens.set(handle, token);
      return { handle, ...(token !== undefined && decodeToken(token)) };
    },
    find: (handle) => {
      if (!tokens.has(handle)) {
        throw new ConsoleError(
          404,
          "token_forgotten",
          "the run has no such token any more: get a new one",
        );
      }
      return tokens.get(handle);
    },
  };
}
