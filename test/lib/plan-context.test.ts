import { describe, expect, test } from "vitest";
import { parsePlans } from "../../lib/plan-context.ts";

const FREE = { rate: 10, burst: 20, quota: { limit: 100, period: "DAY" } };

test.each([
  ["text, from the command line", JSON.stringify({ free: FREE })],
  ["an object, from a file", { free: FREE }],
])("plans are read from %s", (_name, value) => {
  expect(parsePlans(value)).toEqual({
    ok: true,
    plans: {
      free: {
        rateLimit: 10,
        burstLimit: 20,
        quota: { limit: 100, period: "DAY" },
      },
    },
  });
});

describe("plans are refused", () => {
  test.each<[string, unknown, RegExp]>([
    ["that are not JSON", "{free}", /must be a JSON object, as in/],
    ["that are a list", [FREE], /must be a JSON object/],
    [
      "with a typo",
      { free: { ...FREE, qouta: 1 } },
      /rate, burst and quota al/,
    ],
    ["without a rate", { free: { burst: 1 } }, /needs numbers for rate and/],
    ["with text for a number", { free: { rate: "1", burst: 1 } }, /numbers/],
    [
      "with a quota that has more",
      { free: { ...FREE, quota: { limit: 1, period: "DAY", offset: 1 } } },
      /the quota of plan "free" must have limit and period alone/,
    ],
  ])("%s", (_name, value, problem) => {
    expect(parsePlans(value)).toEqual({
      ok: false,
      problem: expect.stringMatching(problem) as unknown,
    });
  });
});
