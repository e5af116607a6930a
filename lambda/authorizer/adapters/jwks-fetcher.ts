/**
 * Fetches a JWKS over https within a budget of time and bytes. Redirects are not followed and no encoding is
 * unpacked: the issuer's own answer, or none.
 */
import { get } from "node:https";

/** @returns the body of a 200; rejects for anything else, and when the budget is used up */
export type FetchJwks = (uri: string) => Promise<Uint8Array>;

export interface FetchBudget {
  /** From the call to the last byte, name resolution and TLS included. */
  readonly totalMs: number;
  readonly maxBytes: number;
}

/** The whole look-up of keys may take 1.5 s, what stands around the wait included. */
export const JWKS_FETCH_BUDGET: FetchBudget = {
  totalMs: 1_300,
  maxBytes: 100_000,
};

export class JwksFetchError extends Error {
  readonly code = "jwks_fetch_failed";
}

export function createJwksFetcher({
  totalMs,
  maxBytes,
}: FetchBudget): FetchJwks {
  return (uri) =>
    new Promise((resolve, reject) => {
      const fail = (message: string, cause?: unknown): void => {
        clearTimeout(timer);
        reject(new JwksFetchError(message, { cause }));
        request.destroy();
      };
      const request = get(uri, {
        // One fetch in ten minutes: a kept connection would be dead by the next.
        agent: false,
        headers: { accept: "application/json", "accept-encoding": "identity" },
      });
      // A timer of our own, because socket time-outs restart with every dripped byte.
      const timer = setTimeout(() => {
        fail(`no answer within ${totalMs} ms`);
      }, totalMs);

      request.on("error", (error) => {
        fail("connection failed", error);
      });
      request.on("response", (response) => {
        const { statusCode = 0, headers } = response;
        const encoding = headers["content-encoding"] ?? "identity";
        if (statusCode !== 200) {
          fail(`status ${statusCode}`);
          return;
        }
        if (encoding !== "identity") {
          fail("encoded body");
          return;
        }
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxBytes) fail(`body over ${maxBytes} bytes`);
          else chunks.push(chunk);
        });
        response.on("error", (error) => {
          fail("connection broken", error);
        });
        response.on("end", () => {
          clearTimeout(timer);
          resolve(Buffer.concat(chunks));
        });
      });
    });
}
