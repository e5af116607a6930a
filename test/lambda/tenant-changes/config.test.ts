import { describe, expect, test } from "vitest";
import { parseTenantChangesConfig } from "../../../lambda/tenant-changes/config.ts";

const VALID = {
  REST_API_ID: "abcdef1234",
  STAGE_NAME: "prod",
  TENANT_CACHE_SECONDS: "5",
  TABLE_MAY_HAVE_REPLICAS: "false",
};

test("a complete environment is read", () => {
  expect(parseTenantChangesConfig(VALID)).toEqual({
    restApiId: "abcdef1234",
    stageName: "prod",
    tenantCacheSeconds: 5,
    tableMayHaveReplicas: false,
  });
});

test("a table may have replicas", () => {
  expect(
    parseTenantChangesConfig({ ...VALID, TABLE_MAY_HAVE_REPLICAS: "true" }),
  ).toMatchObject({ tableMayHaveReplicas: true });
});

test.each(["0", "20"])("a record cache of %s seconds is taken", (seconds) => {
  expect(
    parseTenantChangesConfig({ ...VALID, TENANT_CACHE_SECONDS: seconds }),
  ).toMatchObject({ tenantCacheSeconds: Number(seconds) });
});

describe("an environment is refused", () => {
  test.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    [
      "without the API",
      { REST_API_ID: undefined },
      "REST_API_ID is missing: expected a REST API's id",
    ],
    [
      "with an API that would leave its place in the path",
      { REST_API_ID: "../x" },
      "REST_API_ID is malformed",
    ],
    ["without the stage", { STAGE_NAME: "" }, "STAGE_NAME is missing"],
    [
      "with a stage that is a path",
      { STAGE_NAME: "a/b" },
      "STAGE_NAME is malformed: expected a stage's name",
    ],
    [
      "without the authorizer's record cache",
      { TENANT_CACHE_SECONDS: undefined },
      "TENANT_CACHE_SECONDS is missing: expected whole seconds from 0 to 20",
    ],
    [
      "with a record cache that one invocation cannot wait for",
      { TENANT_CACHE_SECONDS: "21" },
      "TENANT_CACHE_SECONDS is malformed",
    ],
    [
      "with a record cache that is not whole",
      { TENANT_CACHE_SECONDS: "5.5" },
      "TENANT_CACHE_SECONDS is malformed",
    ],
    [
      "with a record cache below nothing",
      { TENANT_CACHE_SECONDS: "-1" },
      "TENANT_CACHE_SECONDS is malformed",
    ],
    [
      "without a word about replicas",
      { TABLE_MAY_HAVE_REPLICAS: undefined },
      "TABLE_MAY_HAVE_REPLICAS is missing: expected true or false",
    ],
    [
      "with another word about replicas",
      { TABLE_MAY_HAVE_REPLICAS: "yes" },
      "TABLE_MAY_HAVE_REPLICAS is malformed",
    ],
  ])("%s", (_name, change, message) => {
    expect(() => parseTenantChangesConfig({ ...VALID, ...change })).toThrow(
      message,
    );
  });

  test("with all its problems at once", () => {
    expect(() => parseTenantChangesConfig({ STAGE_NAME: "?" })).toThrow(
      /REST_API_ID is missing.*STAGE_NAME is malformed.*TENANT_CACHE_SECONDS is missing/,
    );
  });
});
