import { describe, expect, test } from "vitest";
import { median, percentile } from "../../bench/median.ts";

describe("the median", () => {
  test.each<[string, readonly number[], number]>([
    ["is the middle one, whatever the order", [9, 1, 5], 5],
    ["is half-way between the middle two of an even number", [4, 1, 3, 2], 2.5],
    ["compares numbers, not their digits", [10, 9, 100], 10],
    ["is not moved by one disturbed round", [1, 1, 1_000], 1],
  ])("%s", (_name, values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test("leaves the list as it was", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test("of nothing is refused", () => {
    expect(() => median([])).toThrow("nothing was measured");
  });
});

test.each<[number, number]>([
  [0, 10],
  [25, 20],
  [90, 46],
  [100, 50],
])("percentile %i of 10 to 50 is %i", (percent, expected) => {
  expect(percentile([50, 40, 30, 20, 10], percent)).toBeCloseTo(expected);
});
