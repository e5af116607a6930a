import { describe, expect, test } from "vitest";
import {
  createRouter,
  type RouteResource,
} from "../../../local/gateway/router.ts";

const resource = (
  resourceId: string,
  parentId: string | undefined,
  pathPart: string,
  ...verbs: string[]
): RouteResource<string> => ({
  resourceId,
  parentId,
  pathPart,
  methods: new Map(verbs.map((verb) => [verb, `${resourceId} ${verb}`])),
});

const findRoute = createRouter([
  resource("root", undefined, "", "GET"),
  resource("orders", "root", "orders", "GET"),
  resource("order", "orders", "{id}", "GET"),
  resource("latest", "orders", "latest", "GET"),
  resource("rest", "orders", "{tail+}", "ANY", "PUT"),
  resource("bare", "root", "bare"),
  resource("files", "root", "files"),
  resource("file", "files", "{name+}", "GET"),
]);

describe("finds", () => {
  test.each<[string, string, string, Record<string, string>]>([
    ["GET", "/", "root GET", {}],
    ["GET", "/orders", "orders GET", {}],
    ["GET", "/orders/", "orders GET", {}],
    ["GET", "/orders/latest", "latest GET", {}],
    ["GET", "/orders/17", "order GET", { id: "17" }],
    ["GET", "/orders/17/", "order GET", { id: "17" }],
    ["GET", "/orders/a%2Fb", "order GET", { id: "a/b" }],
    ["GET", "/orders/%zz", "order GET", { id: "%zz" }],
    ["POST", "/orders/latest", "rest ANY", { tail: "latest" }],
    ["POST", "/orders/17", "rest ANY", { tail: "17" }],
    ["PUT", "/orders/17", "rest PUT", { tail: "17" }],
    ["GET", "/orders/17/lines", "rest ANY", { tail: "17/lines" }],
    ["GET", "/orders/latest/x", "rest ANY", { tail: "latest/x" }],
    ["GET", "/orders//x", "rest ANY", { tail: "/x" }],
    ["GET", "/orders//", "rest ANY", { tail: "" }],
    ["GET", "/orders/../x", "rest ANY", { tail: "../x" }],
    ["GET", "/files/a/b/", "file GET", { name: "a/b" }],
  ])("%s %s", (verb, path, method, pathParameters) => {
    expect(findRoute(verb, path)).toMatchObject({ method, pathParameters });
  });
});

describe("finds nothing for", () => {
  test.each([
    ["POST", "/", "a verb that the resource lacks"],
    ["POST", "/orders", "a verb that only deeper resources have"],
    ["GET", "/bare", "a resource without methods"],
    ["GET", "/files", "a greedy parameter with nothing to take"],
    ["GET", "/Orders", "another letter case"],
    ["GET", "/%6frders", "an encoded spelling of a literal segment"],
    ["GET", "//orders", "an empty segment before a literal one"],
    ["POST", "/files/a", "a greedy resource without the verb"],
    ["PROPFIND", "/orders/17", "a verb that ANY does not cover"],
  ])("%s %s: %s", (verb, path) => {
    expect(findRoute(verb, path)).toBeUndefined();
  });
});

test("the resource path shows the parameters as the template wrote them", () => {
  expect(findRoute("GET", "/orders/1/2")?.resourcePath).toBe("/orders/{tail+}");
  expect(findRoute("GET", "/")?.resourcePath).toBe("/");
});

test("a parameter called __proto__ is just a parameter", () => {
  const find = createRouter([
    resource("root", undefined, ""),
    resource("x", "root", "{__proto__}", "GET"),
  ]);
  const parameters = find("GET", "/v")?.pathParameters ?? {};
  expect(Object.entries(parameters)).toEqual([["__proto__", "v"]]);
});
