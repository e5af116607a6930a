/** How often each key was counted in the second that is open. */

export interface Hottest {
  /** @returns the key's count in its second, this one included */
  readonly count: (key: number, atMs: number) => number;
}

export function createHottest(): Hottest {
  let second = -1;
  const counts = new Map<number, number>();
  return {
    count(key, atMs) {
      const current = Math.floor(atMs / 1_000);
      // The clocks of environments differ by milliseconds: what comes late counts in the second that is open.
      if (current > second) {
        second = current;
        counts.clear();
      }
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count;
    },
  };
}
