/** The published quotas, and whether a simulated peak is within each. */
import type { Summary } from "./summary.ts";

/** Defaults of an account and region, as the providers' documentation gives them. */
export const QUOTA_LIMITS = {
  /** API Gateway: requests/s over all APIs; 2,500 in newer regions. The burst of 5,000 evens out random arrivals. */
  gatewayPerSecond: 10_000,
  /** API Gateway's control plane, which flushes go through; with a burst of 40. */
  controlPlanePerSecond: 10,
  /** Lambda: at a time, and how many more of one function within 10 s. */
  concurrentEnvironments: 1_000,
  newEnvironmentsPer10Seconds: 1_000,
  /** DynamoDB: read units/s of one partition, and so of one item. */
  partitionReadUnitsPerSecond: 3_000,
  /** Auth0's free plan. */
  jwksPerSecond: 20,
} as const;

export interface Quota {
  readonly name: string;
  readonly limit: number;
}

interface JudgedQuota extends Quota {
  readonly peakOf: (summary: Summary) => number;
}

export const QUOTAS: readonly JudgedQuota[] = [
  {
    name: "API Gateway: requests/s",
    limit: QUOTA_LIMITS.gatewayPerSecond,
    peakOf: ({ rate }) => rate,
  },
  {
    name: "API Gateway control plane: flushes/s",
    limit: QUOTA_LIMITS.controlPlanePerSecond,
    peakOf: ({ peakFlushes }) => peakFlushes,
  },
  {
    name: "Lambda: concurrent environments",
    limit: QUOTA_LIMITS.concurrentEnvironments,
    peakOf: ({ mostBusy }) => mostBusy,
  },
  {
    name: "Lambda: new environments in 10 s",
    limit: QUOTA_LIMITS.newEnvironmentsPer10Seconds,
    peakOf: ({ peakStartsWantedIn10Seconds }) => peakStartsWantedIn10Seconds,
  },
  {
    name: "DynamoDB: read units/s of the hottest item",
    limit: QUOTA_LIMITS.partitionReadUnitsPerSecond,
    peakOf: ({ peakHottestItem }) => peakHottestItem,
  },
  {
    name: "DynamoDB: read units/s of the hottest partition",
    limit: QUOTA_LIMITS.partitionReadUnitsPerSecond,
    peakOf: ({ peakHottestPartition }) => peakHottestPartition,
  },
  {
    name: "Auth0: JWKS fetches/s",
    limit: QUOTA_LIMITS.jwksPerSecond,
    peakOf: ({ peakJwksFetches }) => peakJwksFetches,
  },
];

export interface Verdict {
  readonly quota: string;
  readonly limit: number;
  readonly peak: number;
  /** Of the limit that the peak uses. */
  readonly share: number;
  readonly isWithin: boolean;
}

/** In the order of QUOTAS. A peak at the limit is within it. */
export function judge(summary: Summary): readonly Verdict[] {
  return QUOTAS.map(({ name, limit, peakOf }) => {
    const peak = peakOf(summary);
    return {
      quota: name,
      limit,
      peak,
      share: peak / limit,
      isWithin: peak <= limit,
    };
  });
}

export interface Break extends Quota {
  /** Highest rate of the sweep below which and at which it held; absent when it broke at the lowest. */
  readonly holdsAt?: number;
  /** Lowest rate at which it did not; absent when it held at all. */
  readonly breaksAt?: number;
  /** The peak at `breaksAt`, or else the largest of all. */
  readonly peak: number;
}

/** Where each quota breaks in a sweep over rates: those that break first come first, then those that come closest. */
export function findBreaks(sweep: readonly Summary[]): readonly Break[] {
  const byRate = sweep.toSorted((a, b) => a.rate - b.rate);
  return QUOTAS.map(({ name, limit, peakOf }): Break => {
    const broken = byRate.findIndex((summary) => peakOf(summary) > limit);
    const held = broken === -1 ? byRate : byRate.slice(0, broken);
    const holdsAt = held.at(-1)?.rate;
    const at = byRate[broken];
    return {
      name,
      limit,
      ...(holdsAt !== undefined && { holdsAt }),
      ...(at === undefined
        ? { peak: Math.max(0, ...byRate.map(peakOf)) }
        : { breaksAt: at.rate, peak: peakOf(at) }),
    };
  }).toSorted(
    (a, b) =>
      (a.breaksAt ?? Number.MAX_VALUE) - (b.breaksAt ?? Number.MAX_VALUE) ||
      b.peak / b.limit - a.peak / a.limit,
  );
}
