import { expect, test } from "vitest";
import {
  DEFAULT_SIZES,
  type Sizes,
  findSizeProblems,
} from "../../../bench/simulation/sizes.ts";

test("the default sizes make sense", () => {
  expect(findSizeProblems(DEFAULT_SIZES)).toEqual([]);
});

const BOTH_EDGES: readonly { change: Partial<Sizes>; problem?: string }[] = [
  { change: { minutes: 2 } },
  {
    change: { minutes: 1 },
    problem: "minutes must be a whole number from 2 to 1440",
  },
  {
    change: { minutes: 2.5 },
    problem: "minutes must be a whole number from 2 to 1440",
  },
  { change: { rate: 0.5 }, problem: "rate must be a number from 1 to 100000" },
  { change: { rate: 1.5 } },
  { change: { ttlSeconds: 3_600 } },
  {
    change: { ttlSeconds: 3_601 },
    problem: "ttlSeconds must be a whole number from 0 to 3600",
  },
  {
    change: { tenants: Number.NaN },
    problem: "tenants must be a whole number from 1 to 10000000",
  },
];

test.each(BOTH_EDGES)("$change: $problem", ({ change, problem }) => {
  expect(findSizeProblems({ ...DEFAULT_SIZES, ...change })).toEqual(
    problem === undefined ? [] : [problem],
  );
});
