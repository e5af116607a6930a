/**
 * Which API key counts a caller's requests. API Gateway meters by the value of a key, and the authorizer names it: no
 * client holds one, and what a client sends in `x-api-key` counts for nothing.
 */
import type { Allow, Forbid } from "./decision.ts";
import type { StageArn } from "./method-arn.ts";

/** The usage plans that are deployed, as the authorizer knows them. */
export interface UsagePlans {
  /** Name of the plan → the key of all its tenants that have none of their own yet. */
  readonly sharedKeys: ReadonlyMap<string, string>;
  /** One of them: for records without a plan, or with one that is not deployed. */
  readonly defaultPlan: string;
  /** Counts refused callers, so that they use up nobody's requests. */
  readonly refusalKey: string;
}

/** Of a text's UTF-8, in hexadecimal digits. */
export type Sha256 = (text: string) => string;

export interface TenantSeat {
  readonly apiId: string;
  readonly stage: string;
  readonly tenantId: string;
  /** One that is deployed. */
  readonly plan: string;
}

/** API Gateway takes 20 to 128 letters and digits (developer guide, "Usage plans and API keys"). */
const USAGE_KEY = /^[A-Za-z0-9]{20,128}$/;
const PLAN = /^[A-Za-z0-9_-]{1,64}$/;

export function isUsageKey(value: unknown): value is string {
  return typeof value === "string" && USAGE_KEY.test(value);
}

export function isPlanName(value: unknown): value is string {
  return typeof value === "string" && PLAN.test(value);
}

/**
 * The value of a tenant's own key in a plan. Always the same, so that whoever makes it twice makes one; another in each
 * plan, so that a tenant that moves has a key throughout; and no secret, since it opens nothing.
 */
export function deriveUsageKey(
  { apiId, stage, tenantId, plan }: TenantSeat,
  sha256: Sha256,
): string {
  return `tenantkey${sha256(JSON.stringify([apiId, stage, tenantId, plan]))}`;
}

/** The plan that a record is in: its own if that is deployed, or else the default one. */
export function findPlan(
  plan: string | undefined,
  plans: {
    readonly has: (name: string) => boolean;
  },
  defaultPlan: string,
): string {
  return plan !== undefined && plans.has(plan) ? plan : defaultPlan;
}

/**
 * The key that API Gateway counts the caller's requests by. The tenant's own if its record confirms it, for a key that
 * does not exist would lock the tenant out; until then the one that the plan's tenants share.
 */
export function chooseUsageKey(
  decision: Allow | Forbid,
  { apiId, stage }: StageArn,
  { sharedKeys, defaultPlan, refusalKey }: UsagePlans,
  sha256: Sha256,
): string {
  if (decision.kind === "forbid") return refusalKey;
  const { tenantId, usageKey, plan: named } = decision.tenant;
  const plan = findPlan(named, sharedKeys, defaultPlan);
  // What a record says is never enough: copied from another row or API, it would be somebody else's key.
  const own = deriveUsageKey({ apiId, stage, tenantId, plan }, sha256);
  return usageKey === own ? own : (sharedKeys.get(plan) ?? refusalKey);
}
