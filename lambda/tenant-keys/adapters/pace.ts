/** Spreads calls evenly: the account's whole control plane has 10 a second, which deployments need as well. */
export function createPace(
  callsPerSecond: number,
  {
    now,
    sleep,
  }: {
    /** Milliseconds, from any start. */
    readonly now: () => number;
    readonly sleep: (milliseconds: number) => Promise<void>;
  },
): () => Promise<void> {
  let nextAtMs = 0;
  return async () => {
    const startAtMs = Math.max(now(), nextAtMs);
    nextAtMs = startAtMs + 1_000 / callsPerSecond;
    const waitMs = startAtMs - now();
    if (waitMs > 0) await sleep(waitMs);
  };
}
