import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  covers,
  literalPattern,
  meets,
  resourcePattern,
  routePattern,
} from "../../../lambda/core/path-patterns.ts";

describe("a route meets a path of the API", () => {
  test.each([
    { route: "/acme/orders", resource: "/acme/orders", isMet: true },
    { route: "/acme/orders", resource: "/acme/order", isMet: false },
    { route: "/acme/orders", resource: "/{tenant}/orders", isMet: true },
    { route: "/acme/orders/7", resource: "/{tenant}/orders", isMet: false },
    { route: "/acme/orders/7", resource: "/{proxy+}", isMet: true },
    { route: "/", resource: "/{proxy+}", isMet: false },
    { route: "/", resource: "/", isMet: true },
    { route: "/acme/*", resource: "/acme/{id}/lines", isMet: true },
    { route: "/acme/*", resource: "/{tenant}/{id}", isMet: true },
    { route: "/acme/*", resource: "/{tenant}", isMet: false },
    { route: "/acme/a/*", resource: "/acme/{proxy+}", isMet: true },
    { route: "/acme/*", resource: "/globex/{proxy+}", isMet: false },
    { route: "/*/drafts", resource: "/acme/{id}/drafts", isMet: true },
  ])("$route and $resource: $isMet", ({ route, resource, isMet }) => {
    expect(meets(routePattern(route), resourcePattern(resource))).toBe(isMet);
  });
});

describe("a route covers a pattern", () => {
  test.each([
    { route: "/acme/*", pattern: routePattern("/acme/*"), isCovered: true },
    { route: "/acme/*", pattern: routePattern("/acme/a/*"), isCovered: true },
    { route: "/acme/a/*", pattern: routePattern("/acme/*"), isCovered: false },
    { route: "/acme/*", pattern: routePattern("/acme"), isCovered: false },
    { route: "/acme", pattern: routePattern("/acme/*"), isCovered: false },
    { route: "/*/x", pattern: routePattern("/acme/a/x"), isCovered: true },
    { route: "/*/x", pattern: routePattern("/acme/*"), isCovered: false },
    { route: "/*/x/*", pattern: routePattern("/a/x/*"), isCovered: true },
    {
      route: "/acme/*",
      pattern: resourcePattern("/acme/{id}"),
      isCovered: true,
    },
    {
      route: "/acme/7",
      pattern: resourcePattern("/acme/{id}"),
      isCovered: false,
    },
    {
      route: "/acme/*",
      pattern: resourcePattern("/{proxy+}"),
      isCovered: false,
    },
    { route: "/*", pattern: resourcePattern("/{proxy+}"), isCovered: true },
  ])("$route: $isCovered (case %#)", ({ route, pattern, isCovered }) => {
    expect(covers(route, pattern)).toBe(isCovered);
  });
});

const segment = fc.constantFrom("a", "b", "ab", "*");
const routePath = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => `/${segments.join("/")}`);
const somePath = fc
  .array(fc.constantFrom("a", "b", "ab", "", "x"), { maxLength: 5 })
  .map((segments) => `/${segments.join("/")}`);

/** An independent reading: the pattern as a regular expression. */
const matches = (route: string, path: string): boolean =>
  new RegExp(`^${route.replaceAll("*", ".*")}$`, "s").test(path);

test("a path is met as a regular expression would match it", () => {
  fc.assert(
    fc.property(routePath, somePath, (route, path) => {
      expect(meets(routePattern(route), literalPattern(path))).toBe(
        matches(route, path),
      );
    }),
  );
});

test("what covers another pattern matches every path that it matches", () => {
  fc.assert(
    fc.property(routePath, routePath, somePath, (outer, inner, path) => {
      fc.pre(matches(inner, path) && covers(outer, routePattern(inner)));
      expect(matches(outer, path)).toBe(true);
    }),
  );
});

test("what a path lies in both of is met", () => {
  fc.assert(
    fc.property(routePath, routePath, somePath, (a, b, path) => {
      fc.pre(matches(a, path) && matches(b, path));
      expect(meets(routePattern(a), routePattern(b))).toBe(true);
    }),
  );
});
