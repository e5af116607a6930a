/**
 * The claims of tokens that one key has been found to sign. A token that comes again, with the gateway's cache off or
 * just emptied, costs a digest instead of a signature. Whatever can change meanwhile is judged anew by others: the key's
 * place in its set, the record, and the policy.
 */
import { type JsonObject, own } from "../../core/json.ts";

export interface VerifiedTokens {
  /** The claims, from when they were verified to `exp`: what comes in the clock tolerance is for the library to judge. */
  readonly find: (digest: string, nowMs: number) => JsonObject | undefined;
  /** Only for a token that has just been verified. One without a readable `exp` is not kept. */
  readonly keep: (digest: string, claims: JsonObject, nowMs: number) => void;
}

/** About 2 kB each. More would be found more often, and cost every other token more: the collector carries them along. */
export const MAX_VERIFIED_TOKENS = 500;

/** Of tokens by their digest. @param maxEntries the oldest makes room */
export function createVerifiedTokens(maxEntries: number): VerifiedTokens {
  const kept = new Map<string, KeptClaims>();
  return {
    find: (digest, nowMs) => {
      const entry = kept.get(digest);
      if (entry === undefined) return undefined;
      const { claims, verifiedAtMs, expiresAtMs } = entry;
      return nowMs >= verifiedAtMs && nowMs < expiresAtMs ? claims : undefined;
    },
    keep: (digest, claims, nowMs) => {
      const exp = own(claims, "exp");
      if (typeof exp !== "number") return;
      kept.set(digest, {
        claims,
        verifiedAtMs: nowMs,
        expiresAtMs: exp * 1_000,
      });
      if (kept.size <= maxEntries) return;
      const [oldest = digest] = kept.keys();
      kept.delete(oldest);
    },
  };
}

interface KeptClaims {
  readonly claims: JsonObject;
  readonly verifiedAtMs: number;
  readonly expiresAtMs: number;
}
