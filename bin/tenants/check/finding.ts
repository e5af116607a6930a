import type { RowProblem } from "../records/row.ts";

export type Severity = "error" | "warning";

/**
 * Everything that `check` can find. An error locks a tenant out, or opens more than the record says or than its
 * tenant's own; a warning is what nobody means to write. Codes are API: add, never rename. The table is in
 * docs/tenants.md.
 */
export const KINDS = {
  record_broken: [
    "error",
    "an attribute is missing, of the wrong type or outside its grammar: 503",
  ],
  attribute_unknown: [
    "error",
    "an attribute that no record has, as a typo leaves it: 503",
  ],
  policy_too_large: ["error", "the policy is over 8,000 bytes: 503"],
  resource_too_long: [
    "error",
    "a resource of the policy is over 512 characters: 503",
  ],
  key_unmatchable: [
    "error",
    "no token can carry this key: blanks, or characters outside the claim's grammar",
  ],
  issuer_unknown: [
    "error",
    "the issuer is none of the function's: no token fits",
  ],
  require_never_holds: ["error", "no token can satisfy a rule under require"],
  tokens_valid_after_in_future: ["error", "every token is refused until then"],
  grants_everything: ["error", "/* opens every tenant's routes"],
  enters_other_tenant: [
    "error",
    "a route lies in a path named after another tenant, and not after its own",
  ],
  overlaps_other_tenant: [
    "error",
    "a subtree holds routes that another tenant was granted",
  ],
  scope_without_effect: [
    "error",
    "a route asks for scopes, and another opens the same without them",
  ],
  subtree_shared: [
    "warning",
    "several tenants were granted the same subtree; say --shared where that is meant",
  ],
  require_shared: [
    "warning",
    "records of several tenants ask for the same organization",
  ],
  status_differs: [
    "warning",
    "one of a tenant's records is suspended, another is active",
  ],
  issuer_differs: ["warning", "a tenant's records name different issuers"],
  log_out_differs: [
    "warning",
    "a tenant's records have different tokensValidAfter",
  ],
  plan_differs: ["warning", "a tenant's records name different plans"],
  plan_unknown: [
    "warning",
    "the stage has usage plans, and none of this name: the default one applies",
  ],
  expired: ["warning", "expiresAt has passed: the record counts as gone"],
  time_implausible: [
    "warning",
    "a time before 2014, when no token was issued that could be meant",
  ],
  grants_nothing: ["warning", "an active record without a grant"],
  route_unreachable: [
    "warning",
    "the API has no such route, or not with these methods",
  ],
  route_with_stage: [
    "warning",
    "a path begins with the stage's name, which is not part of it",
  ],
  denial_without_effect: [
    "warning",
    "no grant of the record opens what the denial closes",
  ],
  grant_without_effect: [
    "warning",
    "a denial of the record closes all that the grant opens",
  ],
  route_redundant: ["warning", "another route of the record opens the same"],
  scope_with_comma: [
    "warning",
    "scopes are divided by blanks: this is one scope with a comma in it",
  ],
  path_lookalike: ["warning", "a segment is nearly the tenant's id"],
  tenant_id_lookalike: [
    "warning",
    "two tenant ids differ in letter case, - or _ alone",
  ],
  key_lookalike: ["warning", "two keys differ in letter case alone"],
  key_names_other_tenant: ["warning", "the key is the id of another tenant"],
  key_of_wrong_kind: [
    "warning",
    "the key looks like another claim's value: an organization, a user, a subject",
  ],
} as const satisfies Record<string, readonly [Severity, string]>;

export type FindingKind = keyof typeof KINDS;

export interface Finding {
  readonly severity: Severity;
  readonly kind: FindingKind;
  readonly tenantId: string;
  readonly key: string;
  readonly attribute: string;
  readonly message: string;
}

/** A rule's own part of a finding; where it was found is added by who runs the rule. */
export interface Flaw {
  readonly kind: FindingKind;
  readonly attribute: string;
  readonly message: string;
}

export function flaw(
  kind: FindingKind,
  attribute: string,
  message: string,
): Flaw {
  return { kind, attribute, message };
}

export function toFlaw({ kind, attribute, message }: RowProblem): Flaw {
  return { kind, attribute, message };
}
