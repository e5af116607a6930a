import { describe, expect, test } from "vitest";
import {
  type AuthorizerConfig,
  ConfigError,
  parseConfig,
} from "../../../lambda/authorizer/config.ts";
import { ENV } from "../../../lambda/authorizer/env-names.ts";
import {
  AUDIENCE,
  ISSUER,
  type Overrides,
  withOverrides,
} from "../../support/tokens.ts";

/** The least that a function starts with, and one change. */
const environment = (change: Overrides = {}): Record<string, string> =>
  withOverrides(
    {
      AUTH0_ISSUERS: ISSUER,
      AUTH0_AUDIENCES: AUDIENCE,
      TENANT_TABLE: "tenants",
    },
    change,
  ) as Record<string, string>;

/** The problems of an environment; none when it is in order. */
function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("the least configuration", () => {
  test("has the defaults of design §3", () => {
    expect(parseConfig(environment())).toEqual({
      issuers: [ISSUER],
      audiences: [AUDIENCE],
      tenantTable: "tenants",
      tenantClaim: "azp",
      defaultRoutes: [],
      clockToleranceSeconds: 5,
      maxTokenLifetimeSeconds: 2_592_000,
      tenantCacheSeconds: 5,
      tenantStaleSeconds: 300,
      jwksMaxAgeSeconds: 600,
      jwksStaleSeconds: 3_600,
      policyTimeCondition: true,
      jwksSnapshot: undefined,
      jwksSnapshotMaxAgeSeconds: 604_800,
      usagePlans: undefined,
    } satisfies AuthorizerConfig);
  });

  test("is frozen", () => {
    expect(Object.isFrozen(parseConfig(environment()))).toBe(true);
  });

  test("takes an empty variable for an absent one", () => {
    const optional = Object.values(ENV).filter(
      (name) => !Object.hasOwn(environment(), name),
    );
    const empty = Object.fromEntries(optional.map((name) => [name, ""]));
    expect(parseConfig(environment(empty))).toEqual(parseConfig(environment()));
  });
});

describe("a variable is read:", () => {
  test.each([
    {
      change: { AUTH0_ISSUERS: `${ISSUER}, https://login.acme.com/` },
      config: { issuers: [ISSUER, "https://login.acme.com/"] },
    },
    {
      change: { AUTH0_ISSUERS: "https://idp.acme.com:8443/realms/x/" },
      config: { issuers: ["https://idp.acme.com:8443/realms/x/"] },
    },
    {
      change: { AUTH0_AUDIENCES: "urn:api,https://api.acme.com" },
      config: { audiences: ["urn:api", "https://api.acme.com"] },
    },
    {
      change: { TENANT_TABLE: "a.b_c-D1" },
      config: { tenantTable: "a.b_c-D1" },
    },
    { change: { TENANT_CLAIM: "azp" }, config: { tenantClaim: "azp" } },
    { change: { TENANT_CLAIM: "org_id" }, config: { tenantClaim: "org_id" } },
    {
      change: { TENANT_CLAIM: "http://acme.com/tenant" },
      config: { tenantClaim: "http://acme.com/tenant" },
    },
    {
      change: { TENANT_CLAIM: "https://acme.com/tenant" },
      config: { tenantClaim: "https://acme.com/tenant" },
    },
    {
      change: { DEFAULT_ROUTES: '["* /{tenantId}/*","!* /*/admin"]' },
      config: { defaultRoutes: ["* /{tenantId}/*", "!* /*/admin"] },
    },
    { change: { DEFAULT_ROUTES: "[]" }, config: { defaultRoutes: [] } },
    {
      change: { CLOCK_TOLERANCE_SECONDS: "0" },
      config: { clockToleranceSeconds: 0 },
    },
    {
      change: { MAX_TOKEN_LIFETIME_SECONDS: "1" },
      config: { maxTokenLifetimeSeconds: 1 },
    },
    {
      change: { TENANT_CACHE_SECONDS: "0" },
      config: { tenantCacheSeconds: 0 },
    },
    {
      change: { TENANT_STALE_SECONDS: "0" },
      config: { tenantStaleSeconds: 0 },
    },
    { change: { JWKS_MAX_AGE_SECONDS: "1" }, config: { jwksMaxAgeSeconds: 1 } },
    {
      change: { JWKS_STALE_SECONDS: "31536000" },
      config: { jwksStaleSeconds: 31_536_000 },
    },
    {
      change: { POLICY_TIME_CONDITION: "false" },
      config: { policyTimeCondition: false },
    },
    {
      change: { POLICY_TIME_CONDITION: "true" },
      config: { policyTimeCondition: true },
    },
    {
      change: { JWKS_SNAPSHOT: "./jwks.json" },
      config: { jwksSnapshot: "./jwks.json" },
    },
    {
      change: { JWKS_SNAPSHOT_MAX_AGE_SECONDS: "60" },
      config: { jwksSnapshotMaxAgeSeconds: 60 },
    },
  ])("$change", ({ change, config }) => {
    expect(parseConfig(environment(change))).toMatchObject(config);
  });
});

describe("a variable that guards has no default:", () => {
  test.each(["AUTH0_ISSUERS", "AUTH0_AUDIENCES", "TENANT_TABLE"])(
    "%s",
    (name) => {
      for (const value of [undefined, ""]) {
        expect(problemsOf(environment({ [name]: value }))).toEqual([
          expect.stringMatching(`^${name} is missing: expected `),
        ]);
      }
    },
  );
});

describe("a variable is malformed:", () => {
  test.each([
    ...[
      "acme.eu.auth0.com",
      "https://acme.eu.auth0.com",
      "https://idp.acme.com/realms/x",
      "http://acme.eu.auth0.com/",
      "https://acme.eu.auth0.com/?a=1/",
      "https://acme.eu.auth0.com/#/",
      "https://user@acme.eu.auth0.com/",
      "https://:secret@acme.eu.auth0.com/",
      "https://ACME.eu.auth0.com/",
      "https://acme.eu.auth0.com:443/",
      "https://acme.eu.auth0.com/../",
      "https:///",
      "https://a b/",
      "ftp://acme.eu.auth0.com/",
      ",",
      `${ISSUER},`,
      `${ISSUER},${ISSUER}`,
      `["${ISSUER}"]`,
      " ",
    ].map((value) => ({ name: "AUTH0_ISSUERS", value })),
    ...[",", "a,,b", "a,a", "a b", " "].map((value) => ({
      name: "AUTH0_AUDIENCES",
      value,
    })),
    ...[
      "ab",
      "a b",
      "a/b",
      "arn:aws:dynamodb:eu-central-1:123456789012:table/tenants",
      "a".repeat(256),
    ].map((value) => ({ name: "TENANT_TABLE", value })),
    ...[
      "sub",
      "AZP",
      "client_id",
      "tenantId",
      "tenant",
      "https://",
      "https://a b",
      "xhttps://acme.com/tenant",
      "urn:x",
    ].map((value) => ({ name: "TENANT_CLAIM", value })),
    ...[
      "* /{tenantId}/*",
      "{}",
      '"* /a"',
      "[1]",
      '["/a"]',
      '["* /a*"]',
      '["* /a",]',
      "null",
    ].map((value) => ({ name: "DEFAULT_ROUTES", value })),
    ...[
      "-1",
      "1.5",
      "1e3",
      "5s",
      " 5",
      "31536001",
      "9999999999",
      "0x10",
      "five",
    ].flatMap((value) =>
      [
        "CLOCK_TOLERANCE_SECONDS",
        "MAX_TOKEN_LIFETIME_SECONDS",
        "TENANT_CACHE_SECONDS",
        "TENANT_STALE_SECONDS",
        "JWKS_MAX_AGE_SECONDS",
        "JWKS_STALE_SECONDS",
        "JWKS_SNAPSHOT_MAX_AGE_SECONDS",
      ].map((name) => ({ name, value })),
    ),
    { name: "MAX_TOKEN_LIFETIME_SECONDS", value: "0" },
    { name: "JWKS_MAX_AGE_SECONDS", value: "0" },
    { name: "CLOCK_TOLERANCE_SECONDS", value: "301" },
    ...["yes", "1", "TRUE", "True", " true"].map((value) => ({
      name: "POLICY_TIME_CONDITION",
      value,
    })),
  ])("$name $value", ({ name, value }) => {
    expect(problemsOf(environment({ [name]: value }))).toEqual([
      expect.stringMatching(`^${name} is malformed: expected `),
    ]);
  });
});

test("every problem is reported at once, missing and malformed told apart", () => {
  const env = {
    AUTH0_ISSUERS: "acme.eu.auth0.com",
    TENANT_CLAIM: "sub",
    DEFAULT_ROUTES: "x",
    CLOCK_TOLERANCE_SECONDS: "x",
    MAX_TOKEN_LIFETIME_SECONDS: "x",
    TENANT_CACHE_SECONDS: "x",
    TENANT_STALE_SECONDS: "x",
    JWKS_MAX_AGE_SECONDS: "x",
    JWKS_STALE_SECONDS: "x",
    POLICY_TIME_CONDITION: "x",
    JWKS_SNAPSHOT_MAX_AGE_SECONDS: "x",
  };
  const problems = problemsOf(env);
  expect(
    problems.map((problem) => problem.replace(/: expected .*/, "")),
  ).toEqual([
    "AUTH0_ISSUERS is malformed",
    "AUTH0_AUDIENCES is missing",
    "TENANT_TABLE is missing",
    "TENANT_CLAIM is malformed",
    "DEFAULT_ROUTES is malformed",
    "CLOCK_TOLERANCE_SECONDS is malformed",
    "MAX_TOKEN_LIFETIME_SECONDS is malformed",
    "TENANT_CACHE_SECONDS is malformed",
    "TENANT_STALE_SECONDS is malformed",
    "JWKS_MAX_AGE_SECONDS is malformed",
    "JWKS_STALE_SECONDS is malformed",
    "POLICY_TIME_CONDITION is malformed",
    "JWKS_SNAPSHOT_MAX_AGE_SECONDS is malformed",
  ]);
  const error = new ConfigError(problems);
  expect(error.code).toBe("config_broken");
  expect(error.message).toBe(
    `the authorizer's environment is unusable: ${problems.join("; ")}`,
  );
});

test("a problem says what is expected", () => {
  const env = {
    TENANT_CLAIM: "sub",
    DEFAULT_ROUTES: "x",
    CLOCK_TOLERANCE_SECONDS: "x",
    MAX_TOKEN_LIFETIME_SECONDS: "x",
    POLICY_TIME_CONDITION: "x",
  };
  expect(
    problemsOf(env).map((problem) => problem.replace(/^.*: expected /, "")),
  ).toEqual([
    "https URLs separated by commas, each ending in / exactly as in iss",
    "API identifiers separated by commas",
    "a DynamoDB table name",
    "azp, org_id or a namespaced claim (a URL)",
    'a JSON list of routes, as in ["* /{tenantId}/*"]',
    "whole seconds from 0 to 300",
    "whole seconds from 1 to 31536000",
    "true or false",
  ]);
});

describe("usage plans", () => {
  const FREE = "sharedkeyabcdef1234free0";
  const PRO = "sharedkeyabcdef1234pro00";
  const PLANS = {
    USAGE_PLANS: `free=${FREE},pro=${PRO}`,
    DEFAULT_PLAN: "free",
    REFUSAL_KEY: "refusalkeyabcdef1234",
  };

  test("are read, each with the key that its tenants share", () => {
    expect(parseConfig(environment(PLANS)).usagePlans).toEqual({
      sharedKeys: new Map([
        ["free", FREE],
        ["pro", PRO],
      ]),
      defaultPlan: "free",
      refusalKey: "refusalkeyabcdef1234",
    });
  });

  test.each([
    { USAGE_PLANS: "" },
    { DEFAULT_PLAN: "" },
    { REFUSAL_KEY: "" },
    { USAGE_PLANS: "free" },
    { USAGE_PLANS: `free=${FREE},free=${PRO}` },
    { USAGE_PLANS: `fr ee=${FREE}` },
    { USAGE_PLANS: "free=tooshort" },
    { DEFAULT_PLAN: "gold" },
    { REFUSAL_KEY: "not_a_key_at_all_12345" },
  ])("%o alone is a problem of that variable", (change) => {
    const [name = ""] = Object.keys(change);
    const problems = problemsOf(environment({ ...PLANS, ...change }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} is `));
  });
});
