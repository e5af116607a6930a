/** An AWS::ApiGateway::UsagePlan, read at start. */
import { createRateLimit } from "../control-plane/rate-limit.ts";
import {
  findNested,
  findNumber,
  findString,
  getList,
  getString,
  refuse,
  templateError,
  type Properties,
} from "../gateway/template-properties.ts";
import { isRecord } from "../json.ts";
import { periodOf, QUOTA_PERIODS, type QuotaPeriod } from "./quota-period.ts";

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly throttle:
    { readonly perSecond: number; readonly burst: number } | undefined;
  readonly quota:
    { readonly limit: number; readonly period: QuotaPeriod } | undefined;
  /** `apiId:stage` */
  readonly stages: ReadonlySet<string>;
}

export function parseUsagePlan(id: string, properties: Properties): UsagePlan {
  const throttle = findNested(properties, "Throttle");
  const quota = findNested(properties, "Quota");
  if (quota) refuse(quota, "Offset");
  return {
    id,
    name: findString(properties, "UsagePlanName") ?? id,
    throttle: throttle && {
      perSecond: readLimit(throttle, "RateLimit"),
      burst: readLimit(throttle, "BurstLimit"),
    },
    quota: quota && {
      limit: readLimit(quota, "Limit"),
      period: readPeriod(quota),
    },
    stages: new Set(
      getList(properties, "ApiStages").map((stage) => {
        const values = isRecord(stage) ? stage : {};
        const at = { where: `${properties.where} ApiStages`, values };
        refuse(at, "Throttle");
        return `${getString(at, "ApiId")}:${getString(at, "Stage")}`;
      }),
    ),
  };
}

function readLimit(properties: Properties, name: string): number {
  const value = findNumber(properties, name);
  if (value === undefined || value < 0) {
    throw templateError(properties.where, `${name} is no limit`);
  }
  return value;
}

function readPeriod(quota: Properties): QuotaPeriod {
  const text = getString(quota, "Period");
  const period = QUOTA_PERIODS.find((known) => known === text);
  if (period === undefined) {
    throw templateError(quota.where, `there is no Period ${text}`);
  }
  return period;
}

export type Metered = "admitted" | "throttled" | "quota_exceeded";

/**
 * Counts the requests of one key in a plan. A request that is throttled is taken not to count for the quota, which is
 * not documented.
 */
export function createMeter(
  { throttle, quota }: UsagePlan,
  now: () => number,
): () => Metered {
  const isWithinRate = throttle && createRateLimit(throttle, now);
  let period = "";
  let used = 0;
  return () => {
    if (quota !== undefined) {
      const current = periodOf(quota.period, now());
      if (current !== period) [period, used] = [current, 0];
      if (used >= quota.limit) return "quota_exceeded";
    }
    if (isWithinRate?.() === false) return "throttled";
    used += 1;
    return "admitted";
  };
}
