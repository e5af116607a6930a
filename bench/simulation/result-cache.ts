/** API Gateway's authorizer cache, as its documentation describes it: by token, for a TTL, emptied as a whole. */
import type { Random } from "./random.ts";

export type Answer = "allow" | "forbid";

export interface ResultCache {
  readonly find: (token: number, nowMs: number) => Answer | undefined;
  readonly store: (token: number, answer: Answer, nowMs: number) => void;
  readonly flush: (nowMs: number) => void;
}

const EMPTY = -(2 ** 31);

/** Five bytes per token, so that millions of them fit. Whole milliseconds up to 2^31: 24 days. */
export function createResultCache(
  tokens: number,
  ttlSeconds: number,
): ResultCache {
  const ttlMs = ttlSeconds * 1_000;
  const storedAtMs = new Int32Array(tokens).fill(EMPTY);
  const isForbid = new Uint8Array(tokens);
  let flushedAtMs = EMPTY;
  return {
    find(token, nowMs) {
      const at = storedAtMs[token] ?? EMPTY;
      // A flush takes with it what was stored in its millisecond: too much rather than too little.
      if (at <= flushedAtMs || nowMs - at >= ttlMs) return undefined;
      return isForbid[token] === 1 ? "forbid" : "allow";
    },
    store(token, answer, nowMs) {
      storedAtMs[token] = Math.floor(nowMs);
      isForbid[token] = answer === "forbid" ? 1 : 0;
    },
    flush(nowMs) {
      flushedAtMs = nowMs;
    },
  };
}

/**
 * Fills the cache as it stands after a long time of traffic: a token with `r` requests per second is in it with a
 * probability of `r·ttl / (1 + r·ttl)`, stored at any moment of the TTL.
 *
 * @param shares each token's share of the requests
 */
export function fillAsSettled(
  cache: ResultCache,
  ttlSeconds: number,
  traffic: { readonly shares: ArrayLike<number>; readonly rate: number },
  random: Random,
): void {
  for (let token = 0; token < traffic.shares.length; token += 1) {
    const expected = (traffic.shares[token] ?? 0) * traffic.rate * ttlSeconds;
    if (random() < expected / (1 + expected)) {
      cache.store(token, "allow", -random() * ttlSeconds * 1_000);
    }
  }
}
