import { expect, test } from "vitest";
import { estimateCacheBytes } from "../../../bench/simulation/memory.ts";
import { findBreaks, judge } from "../../../bench/simulation/quotas.ts";
import {
  type SimulationResult,
  renderSimulation,
} from "../../../bench/simulation/report.ts";
import type { Summary } from "../../../bench/simulation/summary.ts";
import { buildSummary } from "./build-summary.ts";

const ENTRY_SIZES = {
  bytesPerRecord: 5_000,
  bytesPerToken: 500,
  maxRecords: 5_000,
  maxTokens: 1_000,
};

const buildResult = (
  scenario: Summary,
  sweep: readonly Summary[],
): SimulationResult => ({
  assumptions: ["Nobody sleeps."],
  entrySizes: ENTRY_SIZES,
  scenarios: [
    { name: "the one", summary: scenario, verdicts: judge(scenario) },
  ],
  sweeps: [{ hasSnapshot: false, summaries: sweep, breaks: findBreaks(sweep) }],
});

const QUIET = buildResult(buildSummary(), [
  buildSummary({ rate: 1_000 }),
  buildSummary({ rate: 5_000 }),
]);

test("the section says how to repeat it and holds every assumption", () => {
  const text = renderSimulation(QUIET);
  expect(text).toMatch(/^`npm run bench:simulation` plays traffic/);
  expect(text).toContain("- Nobody sleeps.");
});

test("says up to which rate every quota holds", () => {
  expect(renderSimulation(QUIET)).toContain(
    "Without a snapshot, every quota holds up to 5,000 requests/s, and no request is answered 503 up to 5,000 requests/s.",
  );
});

test("says which quota breaks first, at what size, and when 503s begin", () => {
  const text = renderSimulation(
    buildResult(buildSummary(), [
      buildSummary({ rate: 1_000, peakJwksFetches: 20 }),
      buildSummary({ rate: 5_000, peakJwksFetches: 21 }),
      buildSummary({ rate: 9_000, peakJwksFetches: 30, couldNotTell: 1 }),
    ]),
  );
  expect(text).toContain(
    "the quota that breaks first is **Auth0: JWKS fetches/s**: at 5,000 requests/s (at 1,000 it holds) the peak after a flush is 21 of 20; the first 503s come at 9,000 requests/s.",
  );
});

test("a quota is named with what it came to in each scenario", () => {
  const text = renderSimulation(
    buildResult(buildSummary({ peakJwksFetches: 21 }), [buildSummary()]),
  );
  expect(text).toContain("| Auth0: JWKS fetches/s | 20 | 21 **breaks** |");
  expect(text).toContain("| API Gateway: requests/s | 10,000 | 100 holds |");
});

test("throttled requests are 503s as well", () => {
  const text = renderSimulation(
    buildResult(buildSummary({ couldNotTell: 2, throttled: 3 }), [
      buildSummary(),
    ]),
  );
  expect(text).toContain("| answered 503 | 5 |");
});

test("a cache weighs its records up to the bound, and as many tokens as it may keep", () => {
  expect(estimateCacheBytes(10, ENTRY_SIZES)).toBe(550_000);
  expect(estimateCacheBytes(5_000, ENTRY_SIZES)).toBe(25_500_000);
  expect(estimateCacheBytes(9_999, ENTRY_SIZES)).toBe(25_500_000);
});
