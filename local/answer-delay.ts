/** Holds answers back, for the drill in which a service is slow. */
export interface AnswerDelay {
  readonly ms: () => number;
  /**
   * A change lets go of all that waits, so that switching the drill off ends it at once.
   *
   * @throws RangeError for what is not a whole number from 0 to 30,000
   */
  readonly set: (ms: number) => void;
  /** Resolves after the delay, in the order of the calls. */
  readonly wait: () => Promise<void>;
}

const MAX_DELAY_MS = 30_000;

export function createAnswerDelay(): AnswerDelay {
  let delayMs = 0;
  const waiting = new Map<NodeJS.Timeout, () => void>();
  return {
    ms: () => delayMs,
    set: (ms) => {
      if (!Number.isInteger(ms) || ms < 0 || ms > MAX_DELAY_MS) {
        throw new RangeError(
          `a delay must be a whole number of milliseconds from 0 to ${MAX_DELAY_MS}`,
        );
      }
      delayMs = ms;
      for (const [timer, resolve] of waiting) {
        clearTimeout(timer);
        resolve();
      }
      waiting.clear();
    },
    wait: () =>
      delayMs === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            const timer = setTimeout(() => {
              waiting.delete(timer);
              resolve();
            }, delayMs);
            // Nobody waits for the answer of a server that has been stopped.
            timer.unref();
            waiting.set(timer, resolve);
          }),
  };
}
