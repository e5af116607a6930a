/**
 * Faults that need not decide anything: a fetch of keys that failed while an older set served, a read of the table
 * that failed while an older record did. They are counted as they happen, and go out with the next decision's line.
 */

/** How many since the last line; absent for none. */
export interface FaultCounts {
  /** Fetches of a key set that brought none. The first line of an environment has those of its start as well. */
  readonly keyFetchFaults?: number;
  /** Reads of a record that failed, their retry included. */
  readonly tableFaults?: number;
}

export interface FaultCounter {
  readonly count: (fault: keyof FaultCounts) => void;
  /** What was counted since the last call. */
  readonly take: () => FaultCounts;
}

export function createFaultCounter(): FaultCounter {
  let counts: FaultCounts = {};
  return {
    count: (fault) => {
      counts = { ...counts, [fault]: (counts[fault] ?? 0) + 1 };
    },
    take: () => {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
}
