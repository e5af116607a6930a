import { describe, expect, test } from "vitest";
import { methodSet } from "../../../lambda/core/method-set.ts";
import {
  subsume,
  subtractCovered,
  uniteRoutes,
} from "../../../lambda/core/route-set.ts";
import type { Method } from "../../../lambda/core/routes.ts";
import { tenantWithRoutes } from "../../support/records.ts";

const unite = (...texts: string[]): ReturnType<typeof uniteRoutes> =>
  uniteRoutes(tenantWithRoutes(texts).routes);

/** A route set by path, with its methods. */
const setOf = (
  entries: Record<string, readonly Method[]>,
): Map<string, number> =>
  new Map(
    Object.entries(entries).map(([path, methods]) => [
      path,
      methodSet(methods),
    ]),
  );

test("uniteRoutes gives a path named twice the methods of both", () => {
  expect(unite("GET /a", "PUT,GET /a", "GET /b")).toEqual(
    setOf({ "/a": ["GET", "PUT"], "/b": ["GET"] }),
  );
});

describe("subsume", () => {
  test.each([
    {
      name: "a path in a subtree",
      routes: ["GET /a/*", "GET /a/b"],
      left: { "/a/*": ["GET"] },
    },
    {
      name: "a subtree in a subtree",
      routes: ["GET /a/*", "GET /a/b/*"],
      left: { "/a/*": ["GET"] },
    },
    {
      name: "everything in the whole tree",
      routes: ["GET /*", "GET /", "GET /a", "GET /a/*"],
      left: { "/*": ["GET"] },
    },
    {
      name: "the methods that two subtrees give between them",
      routes: ["GET /*", "PUT /a/*", "GET,PUT /a/b"],
      left: { "/*": ["GET"], "/a/*": ["PUT"] },
    },
    {
      name: "only the methods that are covered",
      routes: ["GET /a/*", "GET,PUT /a/b"],
      left: { "/a/*": ["GET"], "/a/b": ["PUT"] },
    },
  ] as const)("leaves out $name", ({ routes, left }) => {
    expect(subsume(unite(...routes))).toEqual(setOf(left));
  });

  test.each([
    {
      name: "a path beside its own subtree",
      routes: ["GET /a/*", "GET /a"],
      left: { "/a/*": ["GET"], "/a": ["GET"] },
    },
    {
      name: "a path whose name begins alike",
      routes: ["GET /a/*", "GET /ab"],
      left: { "/a/*": ["GET"], "/ab": ["GET"] },
    },
    {
      name: "another method",
      routes: ["GET /a/*", "PUT /a/b"],
      left: { "/a/*": ["GET"], "/a/b": ["PUT"] },
    },
    {
      name: "a subtree that contains another",
      routes: ["GET /a/b/*", "PUT /a/*"],
      left: { "/a/b/*": ["GET"], "/a/*": ["PUT"] },
    },
  ] as const)("keeps $name", ({ routes, left }) => {
    expect(subsume(unite(...routes))).toEqual(setOf(left));
  });
});

test("subtractCovered leaves what the other set does not give", () => {
  expect(
    subtractCovered(
      unite("GET,PUT /a/b", "GET /c", "GET /a/*"),
      unite("GET /a/*", "GET /b/*"),
    ),
  ).toEqual(setOf({ "/a/b": ["PUT"], "/c": ["GET"], "/a/*": ["GET"] }));
});
