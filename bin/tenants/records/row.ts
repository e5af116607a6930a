/** An item of the table, and what the function will make of it. */
import {
  compileRoutes,
  MAX_POLICY_BYTES,
  MAX_RESOURCE_LENGTH,
} from "../../../lambda/core/policy.ts";
import type { StageArn } from "../../../lambda/core/method-arn.ts";
import {
  type RecordProblem,
  type RecordRules,
  type Tenant,
  parseTenantRecord,
} from "../../../lambda/core/tenant-record.ts";
import { type Item, RECORD_ATTRIBUTES } from "./plain-record.ts";

export interface Row {
  readonly key: string;
  readonly item: Item;
  /** `undefined` when the record is broken. */
  readonly tenant: Tenant | undefined;
  /** Why its tenant gets 503: the parser's problems, or a policy that is over its budget. */
  readonly problems: readonly RowProblem[];
}

export interface RowProblem extends RecordProblem {
  readonly kind:
    | "attribute_unknown"
    | "record_broken"
    | "policy_too_large"
    | "resource_too_long"
    | "key_unmatchable";
}

/** Judges an item as the function would: the same parser, the same budgets. */
export function judgeItem(
  item: Item,
  rules: RecordRules,
  stage: StageArn,
): Row {
  const key = textOf(item, rules.tenantClaim) ?? "";
  const parsed = parseTenantRecord(item, key, rules);
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => ({
      ...problem,
      kind: isKnown(problem.attribute, rules.tenantClaim)
        ? ("record_broken" as const)
        : ("attribute_unknown" as const),
    }));
    return { key, item, tenant: undefined, problems };
  }
  const { tenant } = parsed;
  return { key, item, tenant, problems: findOverspending(tenant, stage) };
}

/** An attribute of the record, or a member of one: `context.tier`. */
function isKnown(attribute: string, tenantClaim: string): boolean {
  return [tenantClaim, ...RECORD_ATTRIBUTES].some(
    (name) => attribute === name || attribute.startsWith(`${name}.`),
  );
}

function findOverspending(
  tenant: Tenant,
  stage: StageArn,
): readonly RowProblem[] {
  const { bytes, longestResource } = compileRoutes(tenant.routes, stage);
  const problems: RowProblem[] = [];
  if (bytes > MAX_POLICY_BYTES) {
    problems.push({
      kind: "policy_too_large",
      attribute: "routes",
      message: `the policy takes ${bytes} bytes of ${MAX_POLICY_BYTES}: say more with fewer routes, as with a subtree`,
    });
  }
  if (longestResource > MAX_RESOURCE_LENGTH) {
    problems.push({
      kind: "resource_too_long",
      attribute: "routes",
      message: `a route's resource takes ${longestResource} characters of ${MAX_RESOURCE_LENGTH}: shorten its path`,
    });
  }
  return problems;
}

/** A string attribute of an item that may be broken elsewhere. */
export function textOf(item: Item, name: string): string | undefined {
  const value = Object.hasOwn(item, name) ? item[name] : undefined;
  return value?.S;
}

/** The tenant a row is about, as far as can be told. */
export function tenantIdOf({ item }: Row): string {
  return textOf(item, "tenantId") ?? "";
}
