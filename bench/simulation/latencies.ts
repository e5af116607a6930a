/** What authorization adds to requests, in bins of a millisecond: millions of them without keeping each. */

export interface Latencies {
  readonly add: (milliseconds: number) => void;
  readonly count: () => number;
  /** The bin below which this share of them lies; 0 when there are none. */
  readonly percentile: (share: number) => number;
}

const BINS = 20_000;

export function createLatencies(): Latencies {
  const bins = new Uint32Array(BINS);
  let count = 0;
  return {
    add(milliseconds) {
      const bin = Math.min(BINS - 1, Math.max(0, Math.round(milliseconds)));
      bins[bin] = (bins[bin] ?? 0) + 1;
      count += 1;
    },
    count: () => count,
    percentile(share) {
      let below = 0;
      for (let bin = 0; bin < BINS; bin += 1) {
        below += bins[bin] ?? 0;
        if (below > 0 && below >= share * count) return bin;
      }
      return 0;
    },
  };
}
