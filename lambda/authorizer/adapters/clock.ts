/**
 * The time that all lifetimes are measured with. Lambda freezes the function between invocations, which stops
 * timers and possibly the monotonic clock; the wall clock goes on, but may be set back. The later of both never
 * lets a key, a record or a token live longer.
 */

export interface ClockSources {
  /** Milliseconds since the epoch, as `Date.now`. */
  readonly wallMs: () => number;
  /** Milliseconds since any point, never set back, as `performance.now`. */
  readonly monotonicMs: () => number;
}

/** @returns milliseconds since the epoch: as fast as the faster of both clocks, and never backwards */
export function createClock({
  wallMs,
  monotonicMs,
}: ClockSources): () => number {
  let lastMs = wallMs();
  let lastMonotonicMs = monotonicMs();
  return () => {
    const nowMonotonicMs = monotonicMs();
    const elapsedMs = Math.max(0, nowMonotonicMs - lastMonotonicMs);
    lastMs = Math.max(wallMs(), lastMs + elapsedMs);
    lastMonotonicMs = nowMonotonicMs;
    return lastMs;
  };
}
