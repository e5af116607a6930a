import { setTimeout as sleep } from "node:timers/promises";

/** A run is bounded; this ends it. What had not been tried is then "not run". */
export class BudgetError extends Error {
  readonly code = "budget_used_up";
}

export interface Limits {
  readonly requestsPerSecond: number;
  readonly maxRequests: number;
  readonly maxSeconds: number;
}

export interface Budget {
  /**
   * Resolves when one more request may be sent.
   *
   * @throws BudgetError when there are to be no more; the signal's reason when it was aborted
   */
  readonly take: () => Promise<void>;
  /** @throws BudgetError when the pause would end after the run must; the signal's reason when it was aborted */
  readonly pause: (ms: number) => Promise<void>;
  readonly taken: () => number;
  /** Milliseconds until the run must have ended. */
  readonly msLeft: () => number;
}

/** Sends at an even pace, never in bursts: a stage's throttling is shared with its customers. */
export function createBudget(
  { requestsPerSecond, maxRequests, maxSeconds }: Limits,
  signal: AbortSignal,
  now: () => number = () => performance.now(),
): Budget {
  const endMs = now() + maxSeconds * 1000;
  let nextMs = now();
  let taken = 0;
  const msLeft = (): number => endMs - now();
  const pause = async (ms: number): Promise<void> => {
    signal.throwIfAborted();
    if (msLeft() <= ms) {
      throw new BudgetError(`the time limit of ${maxSeconds} s`);
    }
    if (ms > 0) await sleep(ms, undefined, { signal });
  };
  return {
    taken: () => taken,
    msLeft,
    pause,
    take: async () => {
      if (taken >= maxRequests) {
        throw new BudgetError(`the limit of ${maxRequests} requests`);
      }
      taken += 1;
      const dueMs = Math.max(nextMs, now());
      nextMs = dueMs + 1000 / requestsPerSecond;
      await pause(dueMs - now());
    },
  };
}
