/** What a row says about its tenant's key. The record's other attributes are the authorizer's business. */
import { isJsonObject, own } from "../core/json.ts";
import { type TenantId, parseTenantId } from "../core/tenant-id.ts";
import {
  type Sha256,
  deriveUsageKey,
  findPlan,
  isPlanName,
} from "../core/usage-key.ts";

export interface TenantRow {
  /** The partition key's value. */
  readonly key: string;
  readonly tenantId: TenantId;
  readonly plan: string | undefined;
  readonly usageKey: string | undefined;
}

/** `undefined` for a row that no key can be made for; the authorizer finds it broken too. */
export function parseTenantRow(
  item: unknown,
  tenantClaim: string,
): TenantRow | undefined {
  if (!isJsonObject(item)) return undefined;
  const text = (name: string): string | undefined => {
    const value = own(item, name);
    const content = isJsonObject(value) ? own(value, "S") : undefined;
    return typeof content === "string" ? content : undefined;
  };
  const key = text(tenantClaim);
  const tenantId = parseTenantId(text("tenantId"));
  const plan = text("plan");
  if (key === undefined || tenantId === undefined) return undefined;
  if (own(item, "plan") !== undefined && !isPlanName(plan)) return undefined;
  return { key, tenantId, plan, usageKey: text("usageKey") };
}

/** A tenant in a plan: what one key is for. Several rows may share it. */
export interface Seat {
  readonly keyName: string;
  readonly keyValue: string;
  readonly planId: string;
}

export interface SeatOptions {
  readonly restApiId: string;
  readonly stageName: string;
  readonly planIds: ReadonlyMap<string, string>;
  readonly defaultPlan: string;
}

/** What the names of this stage's keys begin with. No part can hold a slash. */
export function keyNamePrefix({ restApiId, stageName }: SeatOptions): string {
  return `${restApiId}/${stageName}/`;
}

export function seatOf(
  { tenantId, plan: named }: TenantRow,
  options: SeatOptions,
  sha256: Sha256,
): Seat {
  const { restApiId: apiId, stageName: stage, planIds, defaultPlan } = options;
  const plan = findPlan(named, planIds, defaultPlan);
  return {
    keyName: `${keyNamePrefix(options)}${tenantId}/${plan}`,
    keyValue: deriveUsageKey({ apiId, stage, tenantId, plan }, sha256),
    planId: planIds.get(plan) ?? "",
  };
}
