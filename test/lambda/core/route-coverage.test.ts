import { expect, test } from "vitest";
import {
  resourcePattern,
  routePattern,
} from "../../../lambda/core/path-patterns.ts";
import {
  coverageOf,
  holdsScopes,
  matchesPath,
} from "../../../lambda/core/route-coverage.ts";
import { tenantWithRoutes } from "../../support/records.ts";

test.each([
  { routes: ["GET /acme/*"], pattern: "/acme/{id}", is: "all" },
  { routes: ["GET /acme/7"], pattern: "/acme/{id}", is: "some" },
  { routes: ["POST /acme/*"], pattern: "/acme/{id}", is: "none" },
  { routes: ["GET /acme/*"], pattern: "/{proxy+}", is: "some" },
  {
    routes: ["GET /acme/*", "!GET /acme/7"],
    pattern: "/acme/{id}",
    is: "some",
  },
  {
    routes: ["GET /acme/*", "!POST /acme/7"],
    pattern: "/acme/{id}",
    is: "all",
  },
  {
    routes: ["GET /acme/*", "!GET /acme/*"],
    pattern: "/acme/{id}",
    is: "none",
  },
  {
    routes: ["GET /acme/7", "!GET /acme/7"],
    pattern: "/acme/{id}",
    is: "none",
  },
  {
    routes: ["GET /acme/*", "!GET /acme/7/*"],
    pattern: "/acme/7/{id}",
    is: "none",
  },
  { routes: ["GET /acme/*", "GET /acme/7"], pattern: "/acme/{id}", is: "all" },
])("$routes open $is of $pattern", ({ routes, pattern, is }) => {
  const tenant = tenantWithRoutes(routes);
  const isHeld = () => true;
  expect(
    coverageOf(tenant.routes, "GET", resourcePattern(pattern), isHeld),
  ).toBe(is);
});

test("a grant that is not held opens nothing", () => {
  const { routes } = tenantWithRoutes(["GET /acme/* read"]);
  const pattern = routePattern("/acme/*");
  expect(coverageOf(routes, "GET", pattern, () => false)).toBe("none");
});

test("a denial of a path is one of the path with a slash at its end", () => {
  const [denial] = tenantWithRoutes(["!GET /acme/admin", "GET /acme/*"]).routes;
  expect(denial && matchesPath(denial, "/acme/admin/")).toBe(true);
});

test("a grant of a path is not one of the path with a slash at its end", () => {
  const [grant] = tenantWithRoutes(["GET /acme/admin"]).routes;
  expect(grant && matchesPath(grant, "/acme/admin/")).toBe(false);
});

test("a denial of a path is not one of the path with a character more", () => {
  const [denial] = tenantWithRoutes(["!GET /acme/admi", "GET /acme/*"]).routes;
  expect(denial && matchesPath(denial, "/acme/admin")).toBe(false);
});

test("a route is held by a token with all of its scopes and no fewer", () => {
  const [route] = tenantWithRoutes(["GET /acme read write"]).routes;
  expect(route && holdsScopes(route, new Set(["write", "read", "x"]))).toBe(
    true,
  );
  expect(route && holdsScopes(route, new Set(["read"]))).toBe(false);
});
