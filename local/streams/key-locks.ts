/** Work on the same key takes turns, in the order in which it came; work on other keys goes on meanwhile. */
export type WithKeys = <T>(
  keys: readonly string[],
  work: () => Promise<T>,
) => Promise<T>;

export function createKeyLocks(): WithKeys {
  /** What the next in turn has to wait for. */
  const ends = new Map<string, Promise<unknown>>();

  return async (keys, work) => {
    const { promise: end, resolve } = Promise.withResolvers<unknown>();
    // All keys are queued for in one step: two that want the same ones cannot each wait for the other.
    const before = keys.map((key) => ends.get(key) ?? Promise.resolve());
    for (const key of keys) {
      ends.set(key, end);
    }
    try {
      await Promise.all(before);
      return await work();
    } finally {
      for (const key of keys) {
        if (ends.get(key) === end) ends.delete(key);
      }
      resolve(undefined);
    }
  };
}
