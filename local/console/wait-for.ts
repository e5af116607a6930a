import { setTimeout as sleep } from "node:timers/promises";

const INTERVAL_MS = 15;

/** Looks until there is something, or until the time is over. */
export async function waitFor<T>(
  find: () => T | undefined,
  timeoutMs: number,
): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = find();
    if (found !== undefined || performance.now() > end) return found;
    await sleep(INTERVAL_MS);
  }
}
