import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainRequest } from "../../../lambda/core/explain-request.ts";
import type { StageArn } from "../../../lambda/core/method-arn.ts";
import {
  formatMethodArn,
  matchesResource,
} from "../../../lambda/core/policy-explanation.ts";
import { compilePolicy } from "../../../lambda/core/policy.ts";
import { METHODS } from "../../../lambda/core/routes.ts";
import { evaluatePolicy, globMatches } from "../../support/policy-oracle.ts";
import { tenantWithRoutes } from "../../support/records.ts";

const stage: StageArn = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};

const ROUTES = [
  "GET,POST /acme/orders",
  "* /acme/reports/*",
  "!* /acme/reports/drafts/*",
  "!GET /acme/reports/secret",
  "DELETE /acme/users/* delete:users write:users",
];

describe("names what decides", () => {
  test.each([
    { request: "GET /acme/orders", cause: "granted", routes: [ROUTES[0]] },
    {
      request: "PUT /acme/orders",
      cause: "method_not_granted",
      routes: [ROUTES[0]],
    },
    { request: "GET /acme/orders/7", cause: "path_not_granted", routes: [] },
    { request: "GET /globex", cause: "path_not_granted", routes: [] },
    { request: "GET /acme/reports/x", cause: "granted", routes: [ROUTES[1]] },
    {
      request: "GET /acme/reports/drafts/x",
      cause: "denied_by_route",
      routes: [ROUTES[2]],
    },
    {
      request: "GET /acme/reports/secret/",
      cause: "denied_by_route",
      routes: [ROUTES[3]],
    },
    { request: "GET /acme/reports/../x", cause: "hostile_path", routes: [] },
    {
      request: "GET /acme/reports/%64rafts/x",
      cause: "hostile_path",
      routes: [],
    },
    {
      request: "DELETE /acme/users/7",
      cause: "scope_missing",
      routes: [ROUTES[4]],
    },
  ])("$request: $cause", ({ request, cause, routes }) => {
    const explanation = explain(request, []);
    expect(explanation.cause).toBe(cause);
    expect(explanation.routes.map(({ text }) => text)).toEqual(routes);
  });

  test("the scopes that are still missing, and not those that are held", () => {
    const { missingScopes } = explain("DELETE /acme/users/7", ["write:users"]);
    expect(missingScopes).toEqual(["delete:users"]);
  });

  test("the scopes of the route that asks for least, whichever stands first", () => {
    const routes = ["GET /acme/a x y z", "GET /acme/* x", "GET /acme/a x y"];
    const { cause, missingScopes } = explain("GET /acme/a", [], routes);
    expect(cause).toBe("scope_missing");
    expect(missingScopes).toEqual(["x"]);
  });

  test("no scopes where none is missing", () => {
    expect(explain("GET /globex", []).missingScopes).toEqual([]);
  });

  test("of the routes that open a request, those that the token holds", () => {
    const routes = ["GET /acme/a x", "GET /acme/a y", "GET /acme/*"];
    const opened = explain("GET /acme/a", ["y"], routes);
    expect(opened.cause).toBe("granted");
    expect(opened.routes.map(({ text }) => text)).toEqual(routes.slice(1));
  });

  test("no denial of another method as a route that opens the path", () => {
    const routes = ["!GET /acme/a", "GET /acme/b"];
    const { cause, routes: elsewhere } = explain("PUT /acme/a", [], routes);
    expect(cause).toBe("path_not_granted");
    expect(elsewhere).toEqual([]);
  });

  test.each([
    { request: "GET /acme/orders", effect: "allow" },
    { request: "GET /acme/reports/secret", effect: "explicit_deny" },
    { request: "GET /globex", effect: "implicit_deny" },
  ])("the policy's verdict on $request: $effect", ({ request, effect }) => {
    expect(explain(request, []).verdict.effect).toBe(effect);
  });

  test("the statement and its one resource", () => {
    const { verdict } = explain("GET /acme/orders", []);
    expect(verdict).toMatchObject({
      effect: "allow",
      resource:
        "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/acme/orders",
    });
  });
});

test("says granted exactly when an independent reading of the policy allows", () => {
  const word = fc.constantFrom("acme", "a", "b", "*", "x.y");
  const path = fc
    .array(word, { minLength: 1, maxLength: 3 })
    .map((words) => `/${words.join("/")}`);
  const grant = path
    .filter((text) => !text.slice(0, -1).includes("*"))
    .map((text) => `GET,POST ${text}`);
  const denial = path.map((text) => `!GET ${text}`);
  const scoped = grant.map((text) => `${text} s:1`);
  const requestPath = fc
    .array(fc.constantFrom("acme", "a", "b", "..", "", "%61", "z"), {
      minLength: 1,
      maxLength: 4,
    })
    .map((words) => `/${words.join("/")}`);
  fc.assert(
    fc.property(
      fc.array(fc.oneof(grant, denial, scoped), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...METHODS),
      requestPath,
      fc.subarray(["s:1"]),
      (routes, method, requested, scopes) => {
        const tenant = tenantWithRoutes(routes);
        const grants = new Set(scopes);
        const { cause } = explainRequest(tenant, stage, {
          method,
          path: requested,
          grants,
        });
        const document = compilePolicy(tenant, stage).build(grants, undefined);
        const arn = formatMethodArn(stage, method, requested);
        const isAllowed =
          document !== undefined &&
          evaluatePolicy(document, { arn, at: 0 }) === "allow";
        expect(cause === "granted").toBe(isAllowed);
      },
    ),
  );
});

test("matches a resource as an independent evaluator does", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", ":") });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?") });
  fc.assert(
    fc.property(pattern, text, (glob, subject) => {
      expect(matchesResource(glob, subject)).toBe(globMatches(glob, subject));
    }),
    { numRuns: 2_000 },
  );
});

function explain(
  request: string,
  scopes: readonly string[],
  routes: readonly string[] = ROUTES,
) {
  const [name, path = ""] = request.split(" ");
  const method = METHODS.find((candidate) => candidate === name);
  if (method === undefined) throw new Error(request);
  return explainRequest(tenantWithRoutes(routes), stage, {
    method,
    path,
    grants: new Set(scopes),
  });
}
