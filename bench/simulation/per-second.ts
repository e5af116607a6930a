/** Counts by second of the simulated time, and what is worth knowing of them. */

export const COUNTED = [
  "requests",
  "invocations",
  "reads",
  "hottestItem",
  "hottestPartition",
  "jwksFetches",
  "jwksRefused",
  "coldStarts",
  "startsWanted",
  "mostBusy",
  "throttled",
  "allowed",
  "forbidden",
  "couldNotTell",
  "flushes",
] as const;
export type Counted = (typeof COUNTED)[number];

export interface PerSecond {
  /** What is after the last second is not counted. */
  readonly add: (what: Counted, atMs: number) => void;
  /** Keeps the largest. */
  readonly raise: (what: Counted, atMs: number, value: number) => void;
  readonly total: (what: Counted, fromSecond?: number) => number;
  readonly peak: (what: Counted, fromSecond?: number) => number;
  /** The most within so many seconds in a row. */
  readonly peakOver: (
    what: Counted,
    seconds: number,
    fromSecond?: number,
  ) => number;
}

export function createPerSecond(seconds: number): PerSecond {
  const counts = new Map<Counted, Float64Array>();
  for (const what of COUNTED) counts.set(what, new Float64Array(seconds));
  const of = (what: Counted): Float64Array =>
    counts.get(what) ?? new Float64Array();
  const sum = (what: Counted, from: number, to: number): number =>
    of(what)
      .subarray(from, to)
      .reduce((total, value) => total + value, 0);

  return {
    add(what, atMs) {
      const second = Math.floor(atMs / 1_000);
      // Beyond the end, a typed array drops what is written.
      of(what)[second] = (of(what)[second] ?? 0) + 1;
    },
    raise(what, atMs, value) {
      const second = Math.floor(atMs / 1_000);
      if (value > (of(what)[second] ?? 0)) of(what)[second] = value;
    },
    total: (what, fromSecond = 0) => sum(what, fromSecond, seconds),
    peak: (what, fromSecond = 0) =>
      of(what)
        .subarray(fromSecond)
        .reduce((a, b) => Math.max(a, b), 0),
    peakOver(what, length, fromSecond = 0) {
      let most = 0;
      for (let second = fromSecond; second < seconds; second += 1) {
        most = Math.max(most, sum(what, second, second + length));
      }
      return most;
    },
  };
}
