/** From counters to the figures that are printed. */
import { ASSUMPTIONS } from "./assumptions.ts";
import type { Latencies } from "./latencies.ts";
import type { Counted } from "./per-second.ts";
import type { Platform } from "./platform.ts";
import type { Sizes } from "./sizes.ts";

/** After the ramp, unless it says otherwise. Peaks are of one second. */
export interface Summary {
  readonly rate: number;
  readonly seconds: number;
  readonly requests: number;
  readonly invocations: number;
  /** Of the requests, answered from the gateway's cache; 0 to 1. */
  readonly hitRatio: number;
  readonly peakInvocations: number;
  readonly reads: number;
  readonly peakReads: number;
  readonly peakHottestItem: number;
  readonly peakHottestPartition: number;
  readonly jwksFetches: number;
  readonly peakJwksFetches: number;
  readonly jwksRefused: number;
  readonly coldStarts: number;
  /** New environments asked for, whether or not Lambda gave them. */
  readonly peakStartsWantedIn10Seconds: number;
  /** Environments asked for at a time; one over Lambda's limit when some were refused. */
  readonly mostBusy: number;
  readonly throttled: number;
  readonly couldNotTell: number;
  /** In the ramp as well. */
  readonly couldNotTellInAll: number;
  readonly flushes: number;
  readonly peakFlushes: number;
  /** Warm ones at the end, and the records in their caches. */
  readonly environments: number;
  readonly medianRecords: number;
  readonly mostRecords: number;
  readonly policiesCompiled: number;
  readonly largestPolicyBytes: number;
  /** What authorization adds to a request: outside of the tails of flushes, and in them. */
  readonly steadyMs: Percentiles;
  readonly tailMs: Percentiles;
  /** From a suspension to the tenant's last allow; 0 when nobody was suspended. */
  readonly longestLagSeconds: number;
  readonly medianLagSeconds: number;
}

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export type Observed = Pick<
  Platform,
  "counts" | "lagsMs" | "records" | "policies"
>;

export function summarize(
  { rate, minutes }: Pick<Sizes, "rate" | "minutes">,
  { counts, lagsMs, records, policies }: Observed,
  latencies: { readonly steady: Latencies; readonly tail: Latencies },
): Summary {
  const from = ASSUMPTIONS.rampSeconds;
  const total = (what: Counted): number => counts.total(what, from);
  const peak = (what: Counted): number => counts.peak(what, from);
  const lags = sorted(lagsMs());
  const cached = sorted(records());
  const { count: policiesCompiled, mostBytes } = policies();
  const requests = total("requests");
  return {
    rate,
    seconds: minutes * 60 - from,
    requests,
    invocations: total("invocations"),
    hitRatio: requests === 0 ? 0 : 1 - total("invocations") / requests,
    peakInvocations: peak("invocations"),
    reads: total("reads"),
    peakReads: peak("reads"),
    peakHottestItem: peak("hottestItem"),
    peakHottestPartition: peak("hottestPartition"),
    jwksFetches: total("jwksFetches"),
    peakJwksFetches: peak("jwksFetches"),
    jwksRefused: total("jwksRefused"),
    coldStarts: total("coldStarts"),
    peakStartsWantedIn10Seconds: counts.peakOver("startsWanted", 10, from),
    mostBusy: peak("mostBusy"),
    throttled: total("throttled"),
    couldNotTell: total("couldNotTell"),
    couldNotTellInAll: counts.total("couldNotTell"),
    flushes: total("flushes"),
    peakFlushes: peak("flushes"),
    environments: cached.length,
    medianRecords: cached[cached.length >> 1] ?? 0,
    mostRecords: cached.at(-1) ?? 0,
    policiesCompiled,
    largestPolicyBytes: mostBytes,
    steadyMs: describe(latencies.steady),
    tailMs: describe(latencies.tail),
    longestLagSeconds: (lags.at(-1) ?? 0) / 1_000,
    medianLagSeconds: (lags[lags.length >> 1] ?? 0) / 1_000,
  };
}

const sorted = (numbers: readonly number[]): readonly number[] =>
  numbers.toSorted((a, b) => a - b);

function describe(latencies: Latencies): Percentiles {
  return {
    count: latencies.count(),
    p50: latencies.percentile(0.5),
    p99: latencies.percentile(0.99),
    p999: latencies.percentile(0.999),
    max: latencies.percentile(1),
  };
}
