import { expect, test } from "vitest";
import {
  TenantKeysConfigError,
  parseTenantKeysConfig,
} from "../../../lambda/tenant-keys/config.ts";

const VALID = {
  TENANT_TABLE: "tenants",
  TENANT_CLAIM: "https://acme.com/tenant",
  REST_API_ID: "abcdef1234",
  STAGE_NAME: "prod",
  USAGE_PLAN_IDS: "free=abc123,pro=def456",
  DEFAULT_PLAN: "free",
  RETIRE_AFTER_SECONDS: "665",
  CALLS_PER_SECOND: "3",
};

test("a complete environment is read", () => {
  expect(parseTenantKeysConfig(VALID)).toEqual({
    tenantTable: "tenants",
    tenantClaim: "https://acme.com/tenant",
    restApiId: "abcdef1234",
    stageName: "prod",
    planIds: new Map([
      ["free", "abc123"],
      ["pro", "def456"],
    ]),
    defaultPlan: "free",
    retireAfterSeconds: 665,
    callsPerSecond: 3,
  });
});

test.each([
  ...Object.keys(VALID).map((name) => ({ [name]: "" })),
  { TENANT_TABLE: "a" },
  { TENANT_CLAIM: "a b" },
  { REST_API_ID: "../x" },
  { STAGE_NAME: "a/b" },
  { USAGE_PLAN_IDS: "free" },
  { USAGE_PLAN_IDS: "free=a/b" },
  { USAGE_PLAN_IDS: "free=a,free=b" },
  { DEFAULT_PLAN: "gold" },
  { RETIRE_AFTER_SECONDS: "0" },
  { CALLS_PER_SECOND: "11" },
])("%o alone is refused by name", (change) => {
  const [name = ""] = Object.keys(change);
  const parse = () => parseTenantKeysConfig({ ...VALID, ...change });
  expect(parse).toThrow(TenantKeysConfigError);
  expect(parse).toThrow(new RegExp(`unusable: ${name} is [^;]*$`));
});

test("all problems are told at once", () => {
  for (const name of Object.keys(VALID)) {
    expect(() => parseTenantKeysConfig({})).toThrow(`${name} is missing`);
  }
});
