import { expect, test } from "vitest";
import { type FloodResult, brokenBounds, runFlood, slope } from "./flood.ts";

test("a flood of junk lets every good token pass, reads no table and asks for keys once per cool-down", async () => {
  const result = await runFlood({ tokens: 3_000, seed: 1 });
  expect(brokenBounds(result)).toEqual([]);
  expect(result.good).toBe(150);
  // 30 s of virtual time: at its beginning, and after each cool-down of ten seconds.
  expect(result.fetches).toBeGreaterThanOrEqual(3);
  expect(result.fetches).toBeLessThanOrEqual(4);
});

const fine: FloodResult = {
  junk: 100_000,
  good: 50,
  goodPassed: 50,
  misjudged: 0,
  virtualSeconds: 10,
  fetches: 2,
  shortestPauseSeconds: 10,
  tableReadsForJunk: 0,
  microsecondsPerToken: {
    "random issuer": 1,
    "random kid": 1,
    huge: 1,
    "just small enough": 1,
    "bad signature": 1,
    "another's claims": 1,
    "no token": 1,
  },
  bytesPerThousandJunk: 100,
};

test.each<[string, Partial<FloodResult>]>([
  ["a good token did not pass", { goodPassed: 49 }],
  ["junk was not refused as its kind", { misjudged: 1 }],
  ["junk reached the table", { tableReadsForJunk: 1 }],
  [
    "the issuer was asked twice within a cool-down",
    { shortestPauseSeconds: 9.98 },
  ],
  ["memory grows with the junk", { bytesPerThousandJunk: 2_001 }],
])("says when %s", (bound, change) => {
  expect(brokenBounds({ ...fine, ...change })).toEqual([bound]);
});

/** 25 measurements of a heap of 20 MB. */
const samples = (bytesAt: (junk: number) => number) =>
  Array.from({ length: 25 }, (_, index) => {
    const junk = index * 4_000;
    return { junk, bytes: 20_000_000 + bytesAt(junk) };
  });

test.each([
  { name: "a leak", bytesAt: (junk: number) => junk * 3, expected: 3 },
  {
    name: "a leak beside noise that is larger",
    bytesAt: (junk: number) => junk * 3 + (junk % 12_000 === 0 ? 50_000 : 0),
    expected: 3,
  },
  {
    name: "nothing in a step that is made once",
    bytesAt: (junk: number) => (junk < 90_000 ? 0 : 2_000_000),
    expected: 0,
  },
])("the slope shows $name", ({ bytesAt, expected }) => {
  expect(slope(samples(bytesAt))).toBeCloseTo(expected, 0);
});
