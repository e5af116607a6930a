/**
 * EventBridge rules with a schedule: invokes their functions at the start and then at the rate. When AWS invokes for the
 * first time is not documented; on this machine nobody waits an hour to see it.
 */
import { randomUUID } from "node:crypto";
import type { InvokeFunction } from "../functions/invocation.ts";
import {
  findString,
  getList,
  getString,
  propertiesOf,
  refuse,
  templateError,
} from "../gateway/template-properties.ts";
import { isRecord } from "../json.ts";
import { findFunctionByArn } from "../stack-identifiers.ts";
import { resourcesOfType, type SynthesizedStack } from "../stack.ts";

export interface ScheduleNotice {
  readonly functionLogicalId: string;
  /** Why the invocation failed; `undefined` when it did not. */
  readonly problem: string | undefined;
}

export interface SchedulesOptions {
  readonly stack: SynthesizedStack;
  readonly invokeFunction: InvokeFunction;
  readonly onNotice?: (notice: ScheduleNotice) => void;
}

interface Schedule {
  readonly functionLogicalId: string;
  readonly everyMs: number;
}

/** Throws when a rule has something that would have to be ignored. @returns a function that ends all schedules */
export function startSchedules(options: SchedulesOptions): () => void {
  let isEnded = false;
  const timers = readSchedules(options.stack).map(
    ({ functionLogicalId, everyMs }) => {
      const fire = (): void => void invoke(functionLogicalId);
      fire();
      return setInterval(fire, everyMs);
    },
  );
  return () => {
    isEnded = true;
    timers.forEach(clearInterval);
  };

  async function invoke(functionLogicalId: string): Promise<void> {
    const result = await options
      .invokeFunction(functionLogicalId, {
        version: "0",
        id: randomUUID(),
        "detail-type": "Scheduled Event",
        source: "aws.events",
        account: options.stack.account,
        region: options.stack.region,
        time: new Date().toISOString(),
        detail: {},
      })
      .catch((error: unknown) => ({
        kind: "error" as const,
        errorMessage: String(error),
      }));
    // What is broken off at the end of a run is no failure.
    if (isEnded) return;
    options.onNotice?.({
      functionLogicalId,
      problem: result.kind === "error" ? result.errorMessage : undefined,
    });
  }
}

function readSchedules(stack: SynthesizedStack): readonly Schedule[] {
  return resourcesOfType(stack, "AWS::Events::Rule")
    .map(propertiesOf)
    .filter((rule) => findString(rule, "State") !== "DISABLED")
    .flatMap((rule) => {
      refuse(rule, "EventPattern", "EventBusName");
      const everyMs = readRate(getString(rule, "ScheduleExpression"));
      if (everyMs === undefined) {
        throw templateError(rule.where, "only rate(…) schedules are emulated");
      }
      return getList(rule, "Targets").map((target) => {
        const at = {
          where: `${rule.where} Targets`,
          values: isRecord(target) ? target : {},
        };
        refuse(at, "Input", "InputPath", "InputTransformer");
        const found = findFunctionByArn(stack, getString(at, "Arn"));
        if (found === undefined) {
          throw templateError(at.where, "Arn is no function of this stack");
        }
        return { functionLogicalId: found.logicalId, everyMs };
      });
    });
}

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** `rate(1 hour)`, `rate(5 minutes)` */
function readRate(expression: string): number | undefined {
  const [, count = "", unit = ""] =
    /^rate\(([1-9]\d{0,3}) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit];
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}
