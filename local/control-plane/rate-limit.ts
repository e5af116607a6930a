/** A token bucket: so many at once, and so many per second. */
export function createRateLimit(
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
  now: () => number,
): () => boolean {
  let tokens = burst;
  let filledAtMs = now();
  return () => {
    const nowMs = now();
    tokens = Math.min(
      burst,
      tokens + ((nowMs - filledAtMs) / 1000) * perSecond,
    );
    filledAtMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
