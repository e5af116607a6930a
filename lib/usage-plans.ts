/**
 * The usage plans as they are asked for: what is checked of them, and the keys that must be known before there is a
 * stage to make the plans for.
 */
import { createHash } from "node:crypto";

/** What each tenant of a plan may do. API Gateway applies it as a best effort, never as a guarantee. */
export interface UsagePlanOptions {
  /** Steady requests per second. */
  readonly rateLimit: number;

  /** Requests that may come at once above the steady rate. */
  readonly burstLimit: number;

  /**
   * Requests in a whole period.
   *
   * @default - as many as rate and burst let through
   */
  readonly quota?: UsageQuota;
}

/** How many requests in which period. */
export interface UsageQuota {
  /** Requests, 1 to 1,000,000,000. */
  readonly limit: number;

  /** What the limit is for; API Gateway decides when a period begins. */
  readonly period: QuotaPeriod;
}

/** API Gateway's word for how long a quota lasts. */
export type QuotaPeriod = "DAY" | "WEEK" | "MONTH";
export const QUOTA_PERIODS: readonly QuotaPeriod[] = ["DAY", "WEEK", "MONTH"];

/** Plans by name, and the one for the records that name none of them. */
export interface UsagePlansOptions {
  readonly plans?: Readonly<Record<string, UsagePlanOptions>>;
  readonly defaultPlan?: string;
}

/** The plans of an authorizer, checked. */
export interface UsagePlanSet {
  /** By the names that records use. */
  readonly plans: ReadonlyMap<string, UsagePlanOptions>;

  /** One of them, for the records that name none. */
  readonly defaultPlan: string;
}

/** `undefined` without plans. What is wrong with them has been said before. */
export function readUsagePlans({
  plans,
  defaultPlan,
}: UsagePlansOptions): UsagePlanSet | undefined {
  if (plans === undefined) return undefined;
  const [only = ""] = Object.keys(plans);
  return {
    plans: new Map(Object.entries(plans)),
    defaultPlan: defaultPlan ?? only,
  };
}

/** The function has 4 kB for its environment, and each plan takes some of it. */
const MAX_PLANS = 20;
const PLAN_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_RATE = 100_000;
const MAX_QUOTA = 1_000_000_000;

/** Everything that is wrong with the plans, in words that say what to write instead. */
export function findPlanProblems({
  plans,
  defaultPlan,
}: UsagePlansOptions): readonly string[] {
  if (plans === undefined) {
    return defaultPlan === undefined
      ? []
      : ["defaultPlan means nothing without plans"];
  }
  const names = Object.keys(plans);
  const problems: (string | undefined)[] = [
    names.length === 0
      ? "plans is empty: name at least one, or leave it out"
      : undefined,
    names.length > MAX_PLANS
      ? `plans are ${names.length}, and ${MAX_PLANS} fit at most`
      : undefined,
    ...Object.entries(plans).flatMap(([name, plan]) =>
      findPlanProblem(name, plan),
    ),
    names.length > 1 && defaultPlan === undefined
      ? `defaultPlan is missing: say which of ${names.join(", ")} is for records that name no plan`
      : undefined,
    defaultPlan !== undefined && !names.includes(defaultPlan)
      ? `defaultPlan ${JSON.stringify(defaultPlan)} is none of the plans: ${names.join(", ")}`
      : undefined,
  ];
  return problems.filter((problem) => problem !== undefined);
}

function findPlanProblem(
  name: string,
  { rateLimit, burstLimit, quota }: UsagePlanOptions,
): readonly string[] {
  const plan = `plan ${JSON.stringify(name)}`;
  return [
    PLAN_NAME.test(name)
      ? undefined
      : `${plan} must be named with 1 to 64 letters, digits, - or _, as records name it`,
    rateLimit > 0 && rateLimit <= MAX_RATE
      ? undefined
      : `${plan} needs a rate above 0 and up to ${MAX_RATE} requests per second`,
    isWhole(burstLimit, MAX_RATE)
      ? undefined
      : `${plan} needs a burst of 1 to ${MAX_RATE} requests: with none at all every request gets 429`,
    quota === undefined || isWhole(quota.limit, MAX_QUOTA)
      ? undefined
      : `the quota of ${plan} needs a limit of 1 to ${MAX_QUOTA} requests`,
    quota === undefined || QUOTA_PERIODS.includes(quota.period)
      ? undefined
      : `the quota of ${plan} needs a period of ${QUOTA_PERIODS.join(", ")}`,
  ].filter((problem) => problem !== undefined);
}

function isWhole(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

/**
 * The key that a plan's tenants share until they have one of their own. It is no secret: the key's source is the
 * authorizer, and what a client sends counts for nothing. Key values are one per account and region, hence the API's id.
 */
export function sharedKeyOf(restApiId: string, plan: string): string {
  const digest = createHash("sha256").update(plan).digest("hex");
  return `sharedkey${restApiId}${digest.slice(0, 32)}`;
}

/**
 * The key that counts those whom the authorizer refuses. Another in each plan: CloudFormation adds before it takes away,
 * and API Gateway refuses one key in two plans of a stage.
 */
export function refusalKeyOf(restApiId: string, defaultPlan: string): string {
  const digest = createHash("sha256").update(defaultPlan).digest("hex");
  return `refusalkey${restApiId}${digest.slice(0, 32)}`;
}
