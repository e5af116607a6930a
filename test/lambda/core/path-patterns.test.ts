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
    expect(meets(resourcePattern(resource), routePattern(route))).toBe(isMet);
  });
});

describe("a route covers a pattern", () => {
  test.each([
    { route: "/acme/*", pattern: routePattern("/acme/*"), isCovered: true },
    { route: "/acme/*", pattern: routePattern("/acme/a/*"), isCovered: true },
    { route: "/acme/a/*", pattern: routePattern("/acme/*"), isCovered: false },
    { route: "/acme/*", pattern: routePattern("/acme"), isCovered: false },
    { route: "/acme", pattern: routePattern("/acme/*"), isCovered: false },
    { route: "/", pattern: routePattern("/*"), isCovered: false },
    { route: "/*", pattern: routePattern("/"), isCovered: true },
    { route: "/acme/x", pattern: literalPattern("/acme/*"), isCovered: false },
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

/** A route's path, and a path that it matches. */
const routeAndPath = routePath.chain((route) =>
  fc.tuple(
    fc.constant(route),
    fc
      .array(somePath, { minLength: 5, maxLength: 5 })
      .map((texts) =>
        texts.reduce((path, text) => path.replace("*", text), route),
      )
      .map((path) => path.replaceAll("*", "")),
  ),
);

test("what covers a pattern matches every path that the pattern matches", () => {
  let covered = 0;
  fc.assert(
    fc.property(routePath, routeAndPath, (outer, [inner, path]) => {
      if (!covers(outer, routePattern(inner))) return;
      covered += 1;
      expect(matches(outer, path)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
  expect(covered).toBeGreaterThan(50);
});

test("a pattern with more wildcards covers it", () => {
  fc.assert(
    fc.property(routePath, fc.array(fc.boolean()), (inner, widened) => {
      const outer = inner
        .split("/")
        .map((text, index) => (index > 0 && widened[index] ? "*" : text))
        .join("/");
      expect(covers(outer, routePattern(inner))).toBe(true);
    }),
  );
});

test("two patterns that match the same path meet", () => {
  let met = 0;
  fc.assert(
    fc.property(routePath, routeAndPath, (a, [b, path]) => {
      if (!matches(a, path)) return;
      met += 1;
      expect(meets(routePattern(a), routePattern(b))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
  expect(met).toBeGreaterThan(50);
});
