/** An issuer with a limit on its JWKS endpoint, and a key that can be replaced without notice. */
import { generateKeyPairSync } from "node:crypto";

export interface Issuer {
  /** The body of a 200, or `undefined` for a 429. */
  readonly answer: (atMs: number) => Uint8Array | undefined;
  /** From this moment on the set holds the new key as well. */
  readonly rotate: (atMs: number) => void;
}

export const FIRST_KID = "key-1";
export const SECOND_KID = "key-2";

/** @param perSecond more requests than that in one whole second get a 429 */
export function createIssuer(perSecond: number): Issuer {
  const requests = new Map<number, number>();
  let rotatedAtMs = Infinity;
  return {
    answer(atMs) {
      const second = Math.floor(atMs / 1_000);
      const count = (requests.get(second) ?? 0) + 1;
      requests.set(second, count);
      if (count > perSecond) return undefined;
      return atMs < rotatedAtMs ? BEFORE : AFTER;
    },
    rotate(atMs) {
      rotatedAtMs = atMs;
    },
  };
}

/** Nothing is verified with it, but the product's parser takes real keys only. */
const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const BEFORE = encode([FIRST_KID]);
const AFTER = encode([SECOND_KID, FIRST_KID]);

function encode(kids: readonly string[]): Uint8Array {
  const jwk = publicKey.export({ format: "jwk" });
  const keys = kids.map((kid) => ({ ...jwk, kid, use: "sig", alg: "RS256" }));
  return new TextEncoder().encode(JSON.stringify({ keys }));
}
