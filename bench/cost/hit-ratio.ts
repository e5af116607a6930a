/** How often API Gateway asks an authorizer whose answers it keeps: the arithmetic of a cache with a fixed lifetime. */

export interface KeyTraffic {
  /** Requests that share one cache key, evenly at random over the time that the key is in use. */
  readonly requests: number;
  readonly activeSeconds: number;
}

/**
 * How long an answer is kept on average when the whole stage is flushed at random moments as well: the shorter of the
 * TTL and the time to the next flush.
 */
export function effectiveTtlSeconds(
  ttlSeconds: number,
  flushesPerSecond: number,
): number {
  return flushesPerSecond === 0
    ? ttlSeconds
    : -Math.expm1(-flushesPerSecond * ttlSeconds) / flushesPerSecond;
}

/**
 * Invocations for one cache key. An answer is kept from the miss on, whatever is asked meanwhile, and the next request
 * after it has ended is the next miss: with `r` requests per second, one in `ttl + 1/r` seconds. At least the first
 * request is a miss, at most every one.
 */
export function invocationsPerKey(
  { requests, activeSeconds }: KeyTraffic,
  ttlSeconds: number,
): number {
  if (requests <= 0) return 0;
  const perSecond = requests / activeSeconds;
  const renewals = requests / (1 + perSecond * ttlSeconds);
  return Math.min(requests, Math.max(1, renewals));
}

/** The share of the requests that API Gateway answers from its cache. */
export function hitRatio(traffic: KeyTraffic, ttlSeconds: number): number {
  return traffic.requests <= 0
    ? 0
    : 1 - invocationsPerKey(traffic, ttlSeconds) / traffic.requests;
}
