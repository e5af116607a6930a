import { expect, test } from "vitest";
import { type Answer, findFault } from "../../bench/load/judge.ts";
import type { DrawnRequest } from "../../bench/load/request-mix.ts";

const TOKEN = "Bearer some.secret.token";
const REQUEST = { path: "/acme/orders", authorization: TOKEN };
const ALLOWED: DrawnRequest = {
  ...REQUEST,
  kind: "own route",
  expected: { status: 200, tenantId: "acme" },
};
const FORBIDDEN: DrawnRequest = {
  ...REQUEST,
  kind: "a suspended tenant",
  expected: { status: 403, reason: "tenant_suspended" },
};
const REFUSED: DrawnRequest = {
  ...REQUEST,
  kind: "an expired token",
  expected: { status: 401 },
};

const answer = (
  status: number,
  body: unknown,
  wwwAuthenticate?: string,
): Answer => ({ status, body: JSON.stringify(body), wwwAuthenticate });
const BACKEND = answer(200, { tenant: { tenantId: "acme" } });
const SUSPENDED = answer(403, { error: "tenant_suspended" });
const UNAUTHORIZED = answer(401, { error: "unauthorized" }, 'Bearer realm="a"');

test.each([
  { name: "the tenant's own answer", request: ALLOWED, given: BACKEND },
  { name: "a 403 with its reason", request: FORBIDDEN, given: SUSPENDED },
  { name: "a 401 with a challenge", request: REFUSED, given: UNAUTHORIZED },
])("finds no fault with $name", ({ request, given }) => {
  expect(findFault(request, given)).toBeUndefined();
});

test.each([
  {
    name: "another tenant's context at the backend",
    request: ALLOWED,
    given: answer(200, { tenant: { tenantId: "globex" } }),
    fault: "the backend was told of another tenant, or of none",
  },
  {
    name: "a body that is not JSON",
    request: ALLOWED,
    given: { ...BACKEND, body: "<html>" },
    fault: "the backend was told of another tenant, or of none",
  },
  {
    name: "an outage",
    request: ALLOWED,
    given: answer(503, { error: "unavailable" }),
    fault: "503 unavailable in place of 200",
  },
  {
    name: "an entry that must be refused",
    request: FORBIDDEN,
    given: BACKEND,
    fault: "200 in place of 403",
  },
  {
    name: "another reason",
    request: FORBIDDEN,
    given: answer(403, { error: "tenant_not_found" }),
    fault: "403 tenant_not_found in place of 403 tenant_suspended",
  },
  {
    name: "a 401 without a challenge",
    request: REFUSED,
    given: { ...UNAUTHORIZED, wwwAuthenticate: undefined },
    fault: "401 without WWW-Authenticate: Bearer",
  },
])(
  "finds fault with $name, and names no token",
  ({ request, given, fault }) => {
    const found = findFault(request, given);
    expect(found).toBe(`${request.kind}, /acme/orders: ${fault}`);
    expect(found).not.toContain(TOKEN);
  },
);
