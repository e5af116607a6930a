import { expect, test } from "vitest";
import { createPopulation } from "../../../bench/simulation/population.ts";
import { simulate } from "../../../bench/simulation/simulate.ts";
import { DEFAULT_SIZES } from "../../../bench/simulation/sizes.ts";
import type { Sizes } from "../../../bench/simulation/sizes.ts";

const SMALL: Sizes = {
  ...DEFAULT_SIZES,
  rate: 50,
  minutes: 3,
  tenants: 50,
  tokens: 2_000,
  changes: 2,
  rotationAtSeconds: 120,
};
const play = (change: Partial<Sizes> = {}) => {
  const sizes = { ...SMALL, ...change };
  return simulate(sizes, createPopulation(sizes));
};

test("the same seed gives the same figures, another seed others", async () => {
  const first = await play();
  expect(await play()).toEqual(first);
  expect(await play({ seed: 2 })).not.toEqual(first);
});

test("requests come at the rate asked for", async () => {
  const { requests, seconds } = await play();
  expect(seconds).toBe(120);
  // 6,000 of a Poisson stream: five standard deviations.
  expect(Math.abs(requests - 6_000)).toBeLessThan(5 * Math.sqrt(6_000));
});

test("each change is flushed for, and its lag is less than the 10 s that two flushes take", async () => {
  const { flushes, longestLagSeconds } = await play();
  expect(flushes).toBe(4);
  expect(longestLagSeconds).toBeGreaterThan(0);
  expect(longestLagSeconds).toBeLessThan(10);
});

test("with the gateway's cache off, each request is an invocation", async () => {
  const summary = await play({ ttlSeconds: 0 });
  expect(summary.invocations).toBe(summary.requests);
  expect(summary.hitRatio).toBe(0);
});

test("what comes after a flush is kept apart from the rest", async () => {
  const { requests, steadyMs, tailMs } = await play();
  expect(steadyMs.count + tailMs.count).toBe(requests);
  // Two changes with flushes about 7 s apart: 2 × 17 of 120 seconds.
  expect(tailMs.count / requests).toBeGreaterThan(0.2);
  expect(tailMs.count / requests).toBeLessThan(0.36);
});

test("without changes there is no flush, no tail and no lag", async () => {
  const summary = await play({ changes: 0 });
  expect(summary.flushes).toBe(0);
  expect(summary.tailMs.count).toBe(0);
  expect(summary.longestLagSeconds).toBe(0);
});
