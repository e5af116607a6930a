/** A drilled function under CloudWatch's eyes: what its lines and its runs would come to as metrics, minute by minute. */
import { nameOfResource } from "../../local/stack-identifiers.ts";
import {
  resourcesOfType,
  type StackResource,
  type SynthesizedStack,
} from "../../local/stack.ts";
import {
  type AlarmState,
  evaluateAlarm,
} from "../support/cloudwatch/evaluate-alarm.ts";
import {
  filterLines,
  type LoggedLine,
  logGroupOf,
  type MetricPoint,
} from "../support/cloudwatch/metric-points.ts";
import type { Bench, Lab } from "../drills/bench.ts";
import type { Observation } from "../drills/drilled-function.ts";

/** The hour on the clock of these drills begins here: when their points fall is not left to the machine's speed. */
const START_MS = Date.UTC(2026, 0, 1, 12);
export const minuteMs = (minute: number): number => START_MS + minute * 60_000;

export interface Watch {
  /** Invokes the function with this token, so many times within the current minute. */
  readonly invoke: (
    token: string,
    times?: number,
  ) => Promise<readonly Observation[]>;
  /** The next minute begins, for the function as well. */
  readonly nextMinute: () => void;
  readonly points: () => readonly MetricPoint[];
}

export function watch(
  { deployment }: Lab,
  { function: drilled }: Bench,
): Watch {
  const { stack, authorizer } = deployment;
  const lines: LoggedLine[] = [];
  const runs: MetricPoint[] = [];
  let minute = 0;
  const read = (): void => {
    for (const line of drilled.lines().slice(lines.length)) {
      lines.push({ line, atMs: minuteMs(minute) });
    }
  };
  return {
    invoke: async (token, times = 1) => {
      const observations: Observation[] = [];
      for (let time = 0; time < times; time += 1) {
        const observed = await drilled.invoke(token);
        observations.push(observed);
        runs.push(
          ...lambdaPoints(stack, authorizer, {
            atMs: minuteMs(minute),
            durationMs: observed.ms,
            isError:
              observed.outcome !== "allow" && observed.outcome !== "forbid",
          }),
        );
      }
      read();
      return observations;
    },
    nextMinute: () => {
      read();
      minute += 1;
      drilled.pass(60);
    },
    points: () => {
      read();
      return [
        ...filterLines(stack, logGroupOf(stack, authorizer.logicalId), lines),
        ...runs,
      ];
    },
  };
}

/** What Lambda measures of one invocation (developer guide, "Types of metrics for Lambda functions"). */
export function lambdaPoints(
  stack: SynthesizedStack,
  lambda: StackResource,
  run: {
    readonly atMs: number;
    readonly durationMs: number;
    readonly isError: boolean;
    /** Lambda turned the caller away, and the function did not run. */
    readonly isThrottled?: boolean;
  },
): readonly MetricPoint[] {
  const common = {
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: nameOfResource(lambda, stack) },
    atMs: run.atMs,
  };
  if (run.isThrottled === true) {
    return [{ ...common, name: "Throttles", value: 1 }];
  }
  return [
    { ...common, name: "Throttles", value: 0 },
    { ...common, name: "Invocations", value: 1 },
    { ...common, name: "Errors", value: run.isError ? 1 : 0 },
    { ...common, name: "Duration", value: run.durationMs },
  ];
}

/** The alarm whose description ends with this section of the runbook. */
export function findAlarm(
  stack: SynthesizedStack,
  section: string,
): StackResource {
  const [alarm, ...others] = resourcesOfType(
    stack,
    "AWS::CloudWatch::Alarm",
  ).filter(({ properties }) =>
    String(properties["AlarmDescription"]).endsWith(
      `docs/runbook.md#${section}`,
    ),
  );
  if (alarm === undefined || others.length > 0) {
    throw new Error(`expected one alarm of ${section}`);
  }
  return alarm;
}

/** The states that an alarm goes through, each once. */
export function statesOf(
  stack: SynthesizedStack,
  section: string,
  points: readonly MetricPoint[],
): readonly AlarmState[] {
  const states = evaluateAlarm(findAlarm(stack, section), points);
  return states.filter((state, index) => state !== states[index - 1]);
}
