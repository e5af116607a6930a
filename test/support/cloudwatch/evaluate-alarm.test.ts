import { describe, expect, test } from "vitest";
import type { StackResource } from "../../../local/stack.ts";
import { evaluateAlarm } from "./evaluate-alarm.ts";
import { evaluateExpression } from "./metric-math.ts";
import type { MetricPoint } from "./metric-points.ts";

const METRIC = { Namespace: "N", MetricName: "M" };

/** Raised at a sum of 3 in a minute, in two minutes of three, but for the changes. */
function alarm(changes: Readonly<Record<string, unknown>> = {}): StackResource {
  return {
    logicalId: "Alarm",
    type: "AWS::CloudWatch::Alarm",
    properties: {
      ...METRIC,
      Statistic: "Sum",
      Period: 60,
      Threshold: 3,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: "notBreaching",
      ...changes,
    },
  };
}

function points(...minutes: readonly (readonly number[])[]): MetricPoint[] {
  return minutes.flatMap((values, minute) =>
    values.map((value) => ({
      namespace: "N",
      name: "M",
      dimensions: {},
      value,
      atMs: minute * 60_000,
    })),
  );
}

describe("an alarm", () => {
  test("is raised in so many periods of so many, and over when they have passed", () => {
    const states = evaluateAlarm(
      alarm(),
      points([3], [], [1, 2], [0], [0], [0]),
    );
    expect(states).toEqual(["OK", "OK", "ALARM", "OK", "OK", "OK"]);
  });

  test("is OK below its threshold, and where nothing is measured", () => {
    expect(evaluateAlarm(alarm(), points([2], [2]))).toEqual(["OK", "OK"]);
    expect(evaluateAlarm(alarm(), [])).toEqual(["OK"]);
  });

  test("does not take one metric for another", () => {
    const [point] = points([9]);
    const other = { dimensions: { reason: "x" } };
    const once = alarm({ EvaluationPeriods: 1, DatapointsToAlarm: 1 });
    if (point === undefined) throw new Error("no point");
    expect(evaluateAlarm(once, [point])).toEqual(["ALARM"]);
    expect(evaluateAlarm(once, [{ ...point, ...other }])).toEqual(["OK"]);
    expect(evaluateAlarm(once, [{ ...point, name: "O" }])).toEqual(["OK"]);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["the largest", { Statistic: "Maximum" }],
    [
      "the slowest hundredth",
      { Statistic: undefined, ExtendedStatistic: "p99" },
    ],
  ])("looks at %s", (_what, statistic) => {
    const judge = alarm({
      ...statistic,
      Threshold: 9,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
    });
    expect(evaluateAlarm(judge, points([1, 9, 2]))).toEqual(["ALARM"]);
    expect(evaluateAlarm(judge, points([1, 8, 2]))).toEqual(["OK"]);
  });

  test.each([
    { ComparisonOperator: "LessThanThreshold" },
    { TreatMissingData: "breaching" },
    { Statistic: "Average" },
  ])("that compares otherwise is refused: %o", (changes) => {
    expect(() => evaluateAlarm(alarm(changes), points([9]))).toThrow(/known/);
  });
});

describe("metric math", () => {
  test.each([
    ["100 * e / r", { e: 1, r: 4 }, 25],
    ["IF(r >= 20, 100 * e / r, 0)", { e: 1, r: 20 }, 5],
    ["IF(r >= 20, 100 * e / r, 0)", { e: 19, r: 19 }, 0],
    ["10 - 2 - 3", {}, 5],
    ["a + b", { a: 1, b: undefined }, undefined],
  ])("%s of %o is %s", (expression, values, result) => {
    expect(evaluateExpression(expression, values)).toBe(result);
  });

  test.each(["FILL(a, 0)", "a AND b", "a b", "(a", "c"])(
    "%s is refused",
    (expression) => {
      expect(() => evaluateExpression(expression, { a: 1, b: 1 })).toThrow(
        "not known in metric math",
      );
    },
  );
});
