/** A tenant's record as DynamoDB holds it, and what the parser is to know beside it. */
import {
  type RecordRules,
  type Tenant,
  parseTenantRecord,
} from "../../lambda/core/tenant-record.ts";
import { CLIENT_ID, ISSUER, type Overrides, withOverrides } from "./tokens.ts";

/** The rules of a deployment with one issuer, applications as tenants and no default routes. */
export const RECORD_RULES: RecordRules = {
  tenantClaim: "azp",
  defaultRoutes: [],
  issuers: new Set([ISSUER]),
};

/** A good record in DynamoDB's attribute values, but for the overrides; `undefined` takes an attribute away. */
export function tenantItem(overrides: Overrides = {}): Record<string, unknown> {
  return withOverrides(
    {
      azp: { S: CLIENT_ID },
      tenantId: { S: "acme" },
      status: { S: "active" },
      routes: { SS: ["* /acme/*"] },
    },
    overrides,
  );
}

/** The same, parsed: what the record means. */
export function tenantOf(
  overrides: Overrides = {},
  rules: RecordRules = RECORD_RULES,
): Tenant {
  const parsed = parseTenantRecord(tenantItem(overrides), CLIENT_ID, rules);
  if (parsed.ok) return parsed.tenant;
  throw new Error(
    `the test's record is broken: ${JSON.stringify(parsed.problems)}`,
  );
}

/** A tenant of this id that has exactly these routes. */
export function tenantWithRoutes(
  routes: readonly string[],
  tenantId = "acme",
): Tenant {
  return tenantOf({
    tenantId: { S: tenantId },
    routes: { L: routes.map((route) => ({ S: route })) },
  });
}
