/** A table full of broken and dangerous rows: each fault with the findings that it must cause, and no others. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { FindingKind } from "../../../../bin/tenants/check/finding.ts";
import type { Item } from "../../../../bin/tenants/records/plain-record.ts";
import { NOW } from "../support/test-world.ts";

export interface PlantedFault {
  readonly name: string;
  readonly items: readonly Item[];
  readonly findings: readonly Expected[];
}

interface Expected {
  readonly kind: FindingKind;
  readonly key: string;
  readonly attribute: string;
}

type Overrides = Readonly<Record<string, AttributeValue | undefined>>;

let rows = 0;

/** A good row of a tenant of its own, but for the overrides. */
function row(overrides: Overrides = {}): Item {
  rows += 1;
  const number = String(rows).padStart(3, "0");
  const record: Overrides = {
    azp: { S: `client${number}` },
    tenantId: { S: `firm${number}x` },
    status: { S: "active" },
    routes: { SS: [`* /t/firm${number}x/*`] },
    issuer: { S: "https://issuer.test/" },
    ...overrides,
  };
  return Object.fromEntries(
    Object.entries(record).filter(
      (entry): entry is [string, AttributeValue] => entry[1] !== undefined,
    ),
  );
}

const keyOf = (item: Item | undefined) => item?.["azp"]?.S ?? "";

/** One row at fault. */
function one(
  name: string,
  kind: FindingKind,
  attribute: string,
  overrides: Overrides,
): PlantedFault {
  const item = row(overrides);
  return {
    name,
    items: [item],
    findings: [{ kind, attribute, key: keyOf(item) }],
  };
}

/** Several rows of which one is at fault by the others: that of the given index. */
function several(
  name: string,
  kind: FindingKind,
  attribute: string,
  at: number,
  ...overrides: readonly Overrides[]
): PlantedFault {
  const items = overrides.map(row);
  return {
    name,
    items,
    findings: [{ kind, attribute, key: keyOf(items[at]) }],
  };
}

const routes = (...texts: readonly string[]): Overrides => ({
  routes: { L: texts.map((text) => ({ S: text })) },
});
const require = (rules: Record<string, AttributeValue>): Overrides => ({
  require: { M: rules },
});
const seconds = (value: number): AttributeValue => ({ N: String(value) });
const broken = (name: string, attribute: string, overrides: Overrides) =>
  one(name, "record_broken", attribute, overrides);
const tooMany = Array.from(
  { length: 120 },
  (_, i) => `GET,POST,DELETE /t/big/resource-number-${i}`,
);

export const PLANTED: readonly PlantedFault[] = [
  broken("no tenant id", "tenantId", { tenantId: undefined }),
  broken("a tenant id with a slash", "tenantId", { tenantId: { S: "a/b" } }),
  broken("a status with a capital", "status", { status: { S: "Active" } }),
  broken("no status", "status", { status: undefined }),
  broken("no routes, and no default", "routes", { routes: undefined }),
  broken("routes as one text", "routes", { routes: { S: "* /t/x/*" } }),
  broken("an empty list of routes", "routes", { routes: { L: [] } }),
  broken("a route without a method", "routes", routes("/t/x")),
  broken("a method in small letters", "routes", routes("get /t/x")),
  broken("a wildcard in the middle of a grant", "routes", routes("GET /t/*/x")),
  broken("a wildcard within a segment", "routes", routes("GET /t/x*")),
  broken("a path that ends in a slash", "routes", routes("GET /t/x/")),
  broken("a misspelt placeholder", "routes", routes("GET /t/{tenantid}/*")),
  broken("no issuer where there are two", "issuer", { issuer: undefined }),
  broken("an issuer without its slash", "issuer", {
    issuer: { S: "https://issuer.test" },
  }),
  broken("an empty require", "require", require({})),
  broken(
    "a require rule of a wrong type",
    "require.org_id",
    require({ org_id: { M: {} } }),
  ),
  broken("tokensValidAfter in milliseconds", "tokensValidAfter", {
    tokensValidAfter: seconds(NOW * 1_000),
  }),
  broken("tokensValidAfter as text", "tokensValidAfter", {
    tokensValidAfter: { S: String(NOW) },
  }),
  broken("expiresAt in milliseconds", "expiresAt", {
    expiresAt: seconds(NOW * 1_000),
  }),
  broken("a plan with a blank", "plan", { plan: { S: "very pro" } }),
  broken("a reserved context key", "context.tenantId", {
    context: { M: { tenantId: { S: "x" } } },
  }),
  broken("a map in the context", "context.more", {
    context: { M: { more: { M: {} } } },
  }),
  broken("meta as text", "meta", { meta: { S: "x" } }),
  one("a typo in an attribute's name", "attribute_unknown", "tokenValidAfter", {
    tokenValidAfter: seconds(NOW),
  }),
  one("an attribute of one's own", "attribute_unknown", "customer", {
    customer: { S: "x" },
  }),
  one("too many routes", "policy_too_large", "routes", {
    routes: { SS: tooMany },
  }),
  one(
    "a path too long",
    "resource_too_long",
    "routes",
    routes(`GET /t/${"x".repeat(500)}`),
  ),
  one("a key with a line break", "key_unmatchable", "azp", {
    azp: { S: "pasted\n" },
  }),
  one("a key with a blank", "key_unmatchable", "azp", {
    azp: { S: " pasted" },
  }),
  one("an organization for a key", "key_of_wrong_kind", "azp", {
    azp: { S: "org_abc123" },
  }),
  one("a machine's subject for a key", "key_of_wrong_kind", "azp", {
    azp: { S: "abc123@clients" },
  }),
  one("a user for a key", "key_of_wrong_kind", "azp", {
    azp: { S: "auth0|abc123" },
  }),
  one("an issuer that is not configured", "issuer_unknown", "issuer", {
    issuer: { S: "https://old.test/" },
  }),
  one("a plan that does not exist", "plan_unknown", "plan", {
    plan: { S: "platinum" },
  }),
  one(
    "a rule on a list claim",
    "require_never_holds",
    "require.permissions",
    require({ permissions: { S: "read" } }),
  ),
  one(
    "a rule on the audience",
    "require_never_holds",
    "require.aud",
    require({ aud: { S: "https://api.test" } }),
  ),
  one(
    "a rule on another application",
    "require_never_holds",
    "require.azp",
    require({ azp: { S: "other" } }),
  ),
  one(
    "a rule on text as a number",
    "require_never_holds",
    "require.org_id",
    require({ org_id: { N: "5" } }),
  ),
  one(
    "a rule on an empty text",
    "require_never_holds",
    "require.https://x.test/a",
    require({ "https://x.test/a": { S: "" } }),
  ),
  one(
    "a rule on another issuer",
    "require_never_holds",
    "require.iss",
    require({ iss: { S: "https://second.test/" } }),
  ),
  one(
    "everybody logged out until tomorrow",
    "tokens_valid_after_in_future",
    "tokensValidAfter",
    { tokensValidAfter: seconds(NOW + 86_400) },
  ),
  one("a record that has expired", "expired", "expiresAt", {
    expiresAt: seconds(NOW),
  }),
  one("days in place of seconds", "time_implausible", "tokensValidAfter", {
    tokensValidAfter: seconds(20_000),
  }),
  one("a grant of everything", "grants_everything", "routes", routes("GET /*")),
  one("denials alone", "grants_nothing", "routes", routes("!* /t/x/*")),
  one(
    "a denial of nothing",
    "denial_without_effect",
    "routes",
    routes("GET /t/d1/*", "!GET /t/d2/*"),
  ),
  one(
    "a denial of other methods",
    "denial_without_effect",
    "routes",
    routes("GET /t/d3/*", "!POST /t/d3/x"),
  ),
  one(
    "a grant that is denied",
    "grant_without_effect",
    "routes",
    routes("GET /t/d4/*", "GET /t/d5", "!* /t/d5"),
  ),
  one(
    "a route within another",
    "route_redundant",
    "routes",
    routes("* /t/r1/*", "GET /t/r1/orders"),
  ),
  one(
    "the same route twice",
    "route_redundant",
    "routes",
    routes("GET /t/r2", "GET /t/r2"),
  ),
  one(
    "scopes that another route makes void",
    "scope_without_effect",
    "routes",
    routes("* /t/r3/*", "DELETE /t/r3/users/* delete:users"),
  ),
  one(
    "scopes divided by a comma",
    "scope_with_comma",
    "routes",
    routes("GET /t/r4 read:x,read:y"),
  ),
  one(
    "a path that the API lacks",
    "route_unreachable",
    "routes",
    routes("GET /nowhere/r5"),
  ),
  one(
    "a method that the API lacks",
    "route_unreachable",
    "routes",
    routes("GET,POST /catalogue"),
  ),
  one(
    "a path with the stage's name",
    "route_with_stage",
    "routes",
    routes("GET /prod/t/r6"),
  ),
  one(
    "the tenant's name with a capital in a path",
    "path_lookalike",
    "routes",
    { tenantId: { S: "northwind" }, routes: { SS: ["* /t/Northwind/*"] } },
  ),
  one("the tenant's name misspelt in a path", "path_lookalike", "routes", {
    tenantId: { S: "contoso" },
    routes: { SS: ["* /t/cotnoso/*"] },
  }),
  several(
    "another tenant's name in a path",
    "enters_other_tenant",
    "routes",
    1,
    { tenantId: { S: "victim" }, routes: { SS: ["GET /t/victim"] } },
    { routes: { SS: ["* /t/victim/*"] } },
  ),
  several(
    "a subtree around another tenant's",
    "overlaps_other_tenant",
    "routes",
    0,
    { routes: { SS: ["* /t/region1/*"] } },
    { routes: { SS: ["GET /t/region1/north/*"] } },
  ),
  several(
    "the same subtree twice",
    "subtree_shared",
    "routes",
    0,
    { routes: { SS: ["* /t/twice/*"] } },
    { routes: { SS: ["GET /t/twice/*"] } },
  ),
  several(
    "an organization asked for by two",
    "require_shared",
    "require.org_id",
    1,
    require({ org_id: { S: "org_two" } }),
    require({ org_id: { SS: ["org_two", "org_three"] } }),
  ),
  several(
    "half a suspension",
    "status_differs",
    "status",
    1,
    { tenantId: { S: "halfway" }, routes: { SS: ["* /t/halfway/*"] } },
    {
      tenantId: { S: "halfway" },
      routes: { SS: ["* /t/halfway/*"] },
      status: { S: "suspended" },
    },
  ),
  several(
    "half a move to another issuer",
    "issuer_differs",
    "issuer",
    1,
    { tenantId: { S: "mover" }, routes: { SS: ["* /t/mover/*"] } },
    {
      tenantId: { S: "mover" },
      routes: { SS: ["* /t/mover/*"] },
      issuer: { S: "https://second.test/" },
    },
  ),
  several(
    "half a log-out",
    "log_out_differs",
    "tokensValidAfter",
    1,
    { tenantId: { S: "leaver" }, routes: { SS: ["* /t/leaver/*"] } },
    {
      tenantId: { S: "leaver" },
      routes: { SS: ["* /t/leaver/*"] },
      tokensValidAfter: seconds(NOW - 60),
    },
  ),
  several(
    "two plans",
    "plan_differs",
    "plan",
    1,
    {
      tenantId: { S: "payer" },
      routes: { SS: ["* /t/payer/*"] },
      plan: { S: "pro" },
    },
    {
      tenantId: { S: "payer" },
      routes: { SS: ["* /t/payer/*"] },
      plan: { S: "free" },
    },
  ),
  several(
    "two ids that differ in a capital",
    "tenant_id_lookalike",
    "tenantId",
    1,
    { tenantId: { S: "Twinset" }, routes: { SS: ["* /t/a-twin/*"] } },
    { tenantId: { S: "twinset" }, routes: { SS: ["* /t/b-twin/*"] } },
  ),
  several(
    "two keys that differ in a capital",
    "key_lookalike",
    "azp",
    1,
    { azp: { S: "AbCdEf" } },
    { azp: { S: "abcdef" } },
  ),
  several(
    "a key that is another tenant's id",
    "key_names_other_tenant",
    "azp",
    1,
    { tenantId: { S: "named" }, routes: { SS: ["* /t/named/*"] } },
    { azp: { S: "named" } },
  ),
];

/** What is allowed, and must not be found. */
export const GOOD: readonly Item[] = [
  row({ routes: { SS: ["* /t/{tenantId}/*", "GET /catalogue"] } }),
  row({ routes: { SS: ["* /t/{tenantId}/*", "GET /catalogue"] } }),
  row({
    ...require({ gty: { S: "client-credentials" }, org_id: { S: "org_one" } }),
    plan: { S: "pro" },
  }),
  row({
    ...require({ gty: { S: "client-credentials" } }),
    plan: { S: "free" },
  }),
  row({
    status: { S: "suspended" },
    expiresAt: seconds(NOW + 1),
    tokensValidAfter: seconds(NOW),
  }),
  row({
    tenantId: { S: "pair" },
    ...routes("GET /t/pair/*", "!GET /t/pair/secret/*"),
  }),
  row({
    tenantId: { S: "pair" },
    ...routes("POST /t/pair/*", "DELETE /t/pair/x delete:x"),
  }),
  row({
    meta: { M: { anything: { NS: ["1"] } } },
    context: { M: { tier: { S: "gold" } } },
  }),
  // One's subtree around the other's, but closed there.
  row({ ...routes("* /t/region2/*", "!* /t/region2/north/*") }),
  row({ routes: { SS: ["GET /t/region2/north/*"] } }),
  // The same subtree with other methods: no request in common.
  row({ routes: { SS: ["GET /t/split/*"] } }),
  row({ routes: { SS: ["POST /t/split/*"] } }),
];
