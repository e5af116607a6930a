import { describe, expect, test } from "vitest";
import { createDeployedTarget } from "../../bin/verify/target/deployed-target.ts";
import type { Target } from "../../bin/verify/target/target.ts";

const TENANT = {
  tenantId: "acme",
  routes: ["GET /acme/orders"],
  token: "a.b.c",
};
const OTHER = {
  tenantId: "globex",
  routes: ["* /globex/*"],
  token: { env: "GLOBEX_TOKEN" },
};
const CONFIG = { tenants: [TENANT, OTHER] };

function read(
  config: unknown,
  options: { readonly suspend?: string; readonly env?: object } = {},
): Target {
  return createDeployedTarget({
    stageUrl: new URL("https://api.acme.test/prod"),
    config,
    file: "verify.json",
    suspend: options.suspend,
    limits: { requestsPerSecond: 5, maxRequests: 100, maxSeconds: 60 },
    env: { GLOBEX_TOKEN: "Bearer d.e.f\n", ...options.env },
    signal: new AbortController().signal,
  });
}

test("two tenants with routes and tokens are enough", async () => {
  const { tenants, suspension, outage, expiring, origin, hosts } = read(CONFIG);
  expect(await tenants[0].token()).toBe("a.b.c");
  expect(await tenants[1].token()).toBe("d.e.f");
  expect(tenants[1].own.map(({ method, path }) => `${method} ${path}`)).toEqual(
    [
      "GET /globex/verify-probe",
      "GET /globex/verify-probe/2",
      "HEAD /globex/verify-probe",
      "HEAD /globex/verify-probe/2",
    ],
  );
  expect([suspension, outage, expiring, origin]).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
  expect(hosts).toEqual(["api.acme.test"]);
});

test("a row may be written only when table and tenant are both named", () => {
  const table = { name: "Tenants", region: "eu-central-1" };
  expect(read({ ...CONFIG, table }).suspension).toBeUndefined();
  expect(read({ ...CONFIG, table }, { suspend: "globex" }).suspension).toEqual(
    expect.objectContaining({
      tableName: "Tenants",
      tenantClaim: "azp",
      cliOptions: "--region eu-central-1",
    }),
  );
});

describe("what cannot be meant is refused, in words that say where:", () => {
  test.each([
    ["no object", [], /^verify.json is not a JSON object/],
    ["one tenant", { tenants: [TENANT] }, /two tenants at least/],
    ["a tenant twice", { tenants: [TENANT, TENANT] }, /a tenant twice/],
    ["a typo", { ...CONFIG, orgin: "x" }, /a member "orgin".* known are/],
    [
      "a typo inside",
      { tenants: [TENANT, { ...OTHER, tokne: "x" }] },
      /^tenants\[1\] in verify.json has a member "tokne"/,
    ],
    [
      "a route outside the grammar",
      { tenants: [{ ...TENANT, routes: ["GET acme"] }, OTHER] },
      /^a route of acme: expected a path/,
    ],
    [
      "routes that no GET or HEAD opens",
      { tenants: [{ ...TENANT, routes: ["POST /acme"] }, OTHER] },
      /^none of the routes of acme opens GET or HEAD/,
    ],
    [
      "a variable that is not set",
      { tenants: [{ ...TENANT, token: { env: "ACME" } }, OTHER] },
      /environment variable ACME, which is not set/,
    ],
    [
      "no token at all",
      { tenants: [{ tenantId: "acme", routes: TENANT.routes }, OTHER] },
      /^acme has no token/,
    ],
    [
      "tokens of a stranger",
      { ...CONFIG, tokens: { tenantId: "initech", expired: "x" } },
      /names initech, which is none of the tenants/,
    ],
    [
      "secrets sent in the open",
      { ...CONFIG, auth: { tokenUrl: "http://auth.test/", audience: "x" } },
      /^tokenUrl in verify.json must begin with https/,
    ],
    [
      "a bound of no time",
      { ...CONFIG, bounds: { suspensionSeconds: 0 } },
      /^suspensionSeconds .* from 1 to 3900/,
    ],
  ])("%s", (_, config, message) => {
    expect(() => read(config)).toThrow(message);
  });

  test("a suspension without a table", () => {
    expect(() => read(CONFIG, { suspend: "globex" })).toThrow(
      /^--suspend needs the table/,
    );
  });
});
