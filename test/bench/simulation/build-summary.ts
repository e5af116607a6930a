import type { Summary } from "../../../bench/simulation/summary.ts";

const NONE = { count: 0, p50: 0, p99: 0, p999: 0, max: 0 };

/** A quiet run, with some figures changed. */
export const buildSummary = (change: Partial<Summary> = {}): Summary => ({
  rate: 100,
  seconds: 60,
  requests: 6_000,
  invocations: 600,
  hitRatio: 0.9,
  peakInvocations: 20,
  reads: 60,
  peakReads: 5,
  peakHottestItem: 1,
  peakHottestPartition: 2,
  jwksFetches: 1,
  peakJwksFetches: 1,
  jwksRefused: 0,
  coldStarts: 1,
  peakStartsWantedIn10Seconds: 1,
  mostBusy: 1,
  throttled: 0,
  couldNotTell: 0,
  couldNotTellInAll: 0,
  flushes: 0,
  peakFlushes: 0,
  environments: 1,
  medianRecords: 10,
  mostRecords: 10,
  policiesCompiled: 30,
  largestPolicyBytes: 1_000,
  steadyMs: NONE,
  tailMs: NONE,
  longestLagSeconds: 0,
  medianLagSeconds: 0,
  ...change,
});
