import { describe, expect, test } from "vitest";
import {
  QUOTAS,
  QUOTA_LIMITS,
  findBreaks,
  judge,
} from "../../../bench/simulation/quotas.ts";
import type { Summary } from "../../../bench/simulation/summary.ts";
import { buildSummary } from "./build-summary.ts";

/** One figure for each quota: at its limit it holds, one above it breaks. */
const FIGURES: readonly (readonly [string, keyof Summary, number])[] = [
  ["API Gateway: requests/s", "rate", 10_000],
  ["API Gateway control plane: flushes/s", "peakFlushes", 10],
  ["Lambda: concurrent environments", "mostBusy", 1_000],
  ["Lambda: new environments in 10 s", "peakStartsWantedIn10Seconds", 1_000],
  ["DynamoDB: read units/s of the hottest item", "peakHottestItem", 3_000],
  [
    "DynamoDB: read units/s of the hottest partition",
    "peakHottestPartition",
    3_000,
  ],
  ["Auth0: JWKS fetches/s", "peakJwksFetches", 20],
];

describe.each(FIGURES)("%s", (quota, figure, limit) => {
  test("at the limit it holds, and so do all others", () => {
    const verdicts = judge(buildSummary({ [figure]: limit }));
    expect(verdicts.find((verdict) => verdict.quota === quota)).toEqual({
      quota,
      limit,
      peak: limit,
      share: 1,
      isWithin: true,
    });
    expect(verdicts.every(({ isWithin }) => isWithin)).toBe(true);
  });

  test("one above the limit it breaks, and no other does", () => {
    const broken = judge(buildSummary({ [figure]: limit + 1 })).filter(
      ({ isWithin }) => !isWithin,
    );
    expect(broken.map((verdict) => verdict.quota)).toEqual([quota]);
  });
});

test("every quota has its case here", () => {
  expect(QUOTAS.map(({ name }) => name)).toEqual(
    FIGURES.map(([quota]) => quota),
  );
});

describe("in a sweep", () => {
  const sweep = [100, 1_000, 2_000].map((rate) =>
    buildSummary({
      rate,
      peakJwksFetches: rate / 50,
      peakHottestPartition: rate * 2,
      peakHottestItem: rate,
    }),
  );

  test("the quota that breaks at the lowest rate comes first, with what held before", () => {
    const breaks = findBreaks([...sweep].reverse());
    expect(breaks.slice(0, 2)).toEqual([
      {
        name: "Auth0: JWKS fetches/s",
        limit: QUOTA_LIMITS.jwksPerSecond,
        holdsAt: 1_000,
        breaksAt: 2_000,
        peak: 40,
      },
      {
        name: "DynamoDB: read units/s of the hottest partition",
        limit: 3_000,
        holdsAt: 1_000,
        breaksAt: 2_000,
        peak: 4_000,
      },
    ]);
  });

  test("what never breaks comes by how close it is, with its largest peak", () => {
    const [, , third] = findBreaks(sweep);
    expect(third).toEqual({
      name: "DynamoDB: read units/s of the hottest item",
      limit: 3_000,
      holdsAt: 2_000,
      peak: 2_000,
    });
  });

  test("what breaks at the lowest rate held nowhere", () => {
    const [first] = findBreaks([
      buildSummary({ rate: 100, peakJwksFetches: 21 }),
      buildSummary({ rate: 200, peakJwksFetches: 0 }),
    ]);
    expect(first).toEqual({
      name: "Auth0: JWKS fetches/s",
      limit: 20,
      breaksAt: 100,
      peak: 21,
    });
  });
});
