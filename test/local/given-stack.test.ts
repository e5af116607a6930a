import { describe, expect, test } from "vitest";
import {
  findAuthorizerVariables,
  readExpectations,
  trustIssuer,
} from "../../local/given-stack.ts";
import type { StackResource, SynthesizedStack } from "../../local/stack.ts";
import { findTenantTable } from "../../local/table/create-tables.ts";

const ISSUER = "https://localhost:4011/";

function lambda(
  logicalId: string,
  Variables: Readonly<Record<string, string>>,
): StackResource {
  const properties = { MemorySize: 128, Environment: { Variables } };
  return { logicalId, type: "AWS::Lambda::Function", properties };
}

function table(logicalId: string, key: string): StackResource {
  const properties = {
    TableName: `${logicalId}-name`,
    KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
  };
  return { logicalId, type: "AWS::DynamoDB::GlobalTable", properties };
}

function stackOf(...resources: readonly StackResource[]): SynthesizedStack {
  return {
    name: "Shop",
    region: "eu-west-1",
    account: "123456789012",
    partition: "aws",
    resources: new Map(resources.map((found) => [found.logicalId, found])),
    outputs: new Map(),
    assets: new Map(),
  };
}

const AUTHORIZER = lambda("Authorizer", {
  AUTH0_ISSUERS: "https://acme.eu.auth0.com/,https://login.acme.com/",
  AUTH0_AUDIENCES: "https://api.acme.com,https://admin.acme.com",
  TENANT_CLAIM: "org_id",
  TENANT_TABLE: "Tenants-name",
});
const BACKEND = lambda("Backend", { COLOUR: "red" });

describe("a stack of somebody's own", () => {
  test("says which audience and claim its authorizer expects", () => {
    expect(readExpectations(stackOf(BACKEND, AUTHORIZER))).toEqual({
      audience: "https://api.acme.com",
      tenantClaim: "org_id",
    });
  });

  test("has the run's issuer alone in the authorizer, and nothing else changed", () => {
    const stack = stackOf(BACKEND, AUTHORIZER, table("Tenants", "org_id"));
    const trusting = trustIssuer(stack, ISSUER);
    expect(findAuthorizerVariables(trusting)).toEqual({
      ...findAuthorizerVariables(stack),
      AUTH0_ISSUERS: ISSUER,
    });
    expect(trusting.resources.get("Authorizer")?.properties).toMatchObject({
      MemorySize: 128,
    });
    expect(trusting.resources.get("Backend")).toBe(BACKEND);
    // The stack that was given is not touched.
    expect(readIssuers(stack)).toContain("login.acme.com");
  });

  test("without an authorizer is refused, by name", () => {
    expect(() => readExpectations(stackOf(BACKEND))).toThrow(
      "stack Shop has no function with the variable AUTH0_ISSUERS",
    );
  });

  test("has the tenants in the table that its authorizer reads, not in the first one", () => {
    const orders = table("Orders", "id");
    const tenants = table("Tenants", "org_id");
    expect(findTenantTable(stackOf(orders, tenants, AUTHORIZER))).toEqual({
      name: "Tenants-name",
      partitionKey: "org_id",
    });
  });

  test("whose tenant table is another stack's is refused, and told what to do", () => {
    const stack = stackOf(table("Orders", "id"), AUTHORIZER);
    expect(() => findTenantTable(stack)).toThrow(
      'the authorizer reads table "Tenants-name", which stack Shop does not create',
    );
  });
});

function readIssuers(stack: SynthesizedStack): unknown {
  return findAuthorizerVariables(stack)?.["AUTH0_ISSUERS"];
}
