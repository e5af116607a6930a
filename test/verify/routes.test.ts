import { describe, expect, test } from "vitest";
import { neighboursOf } from "../../bin/verify/checks/neighbours.ts";
import {
  coversPath,
  mayOpen,
  ownRequests,
  parseRoutes,
} from "../../bin/verify/target/routes.ts";

const ROUTES = parseRoutes(
  [
    "GET,POST /acme/orders",
    "* /acme/reports/*",
    "!* /acme/reports/drafts/*",
    "DELETE /acme/users/* delete:users",
  ],
  "acme",
);

test.each([
  ["/acme/*", "/acme/", true],
  ["/acme/*", "/acme/a/b", true],
  ["/acme/*", "/acme", false],
  ["/acme/*", "/acme-2/x", false],
  ["/acme", "/acme", true],
  ["/a.b", "/axb", false],
  ["/*/admin/*", "/x/y/admin/", true],
  ["/*/admin/*", "/x/admin", false],
  ["/a/*/a", "/a/a", false],
])("%s covers %s: %s", (pattern, path, isCovered) => {
  expect(coversPath(pattern, path)).toBe(isCovered);
});

test("a denial takes away what a grant opens", () => {
  expect(mayOpen(ROUTES, "GET", "/acme/reports/x")).toBe(true);
  expect(mayOpen(ROUTES, "GET", "/acme/reports/drafts/x")).toBe(false);
  expect(mayOpen(ROUTES, "HEAD", "/acme/orders")).toBe(false);
});

test("requests of its own change nothing, and need no scope", () => {
  expect(
    ownRequests(ROUTES).map(({ method, path }) => `${method} ${path}`),
  ).toEqual([
    "GET /acme/orders",
    "GET /acme/reports/verify-probe",
    "GET /acme/reports/verify-probe/2",
    "HEAD /acme/reports/verify-probe",
    "HEAD /acme/reports/verify-probe/2",
  ]);
});

describe("the neighbours", () => {
  const requests = neighboursOf(ROUTES).map(
    ({ method, path }) => `${method} ${path}`,
  );

  test.each([
    "HEAD /acme/orders",
    "GET /acme/orders-verify-probe",
    "GET /acme/orders/verify-probe",
    "GET /acme/reports",
    "GET /acme/reports/drafts/verify-probe",
    "GET /acme-verify-probe/orders",
    "GET /acme",
  ])("have %s", (request) => {
    expect(requests).toContain(request);
  });

  test("have nothing that a route opens", () => {
    expect(
      neighboursOf(ROUTES).filter(({ method, path }) =>
        mayOpen(ROUTES, method, path),
      ),
    ).toEqual([]);
  });
});
