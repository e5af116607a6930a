/** The reading is judged first, by cases that a reader can check by eye. */
import { describe, expect, test } from "vitest";
import { hostilePaths, lenientReading } from "./hostile-paths.ts";
import { routesAllow } from "./reference-routes.ts";

const allows = (
  routes: string | readonly string[],
  request: string,
  ...grants: string[]
): boolean => {
  const [method = "", path = ""] = request.split(" ");
  return routesAllow({
    tenantId: "acme",
    routes: [routes].flat(),
    grants: new Set(grants),
    method,
    path,
  });
};

describe("routesAllow", () => {
  test.each([
    ["GET /acme", "GET /acme"],
    ["GET,PUT /acme", "PUT /acme"],
    ["* /acme/*", "OPTIONS /acme/"],
    ["* /acme/*", "GET /acme/x/y"],
    ["* /*", "GET /"],
    ["* /{tenantId}/*", "GET /acme/x"],
    ["GET /", "GET /"],
  ])("says that %j allows %j", (route, request) => {
    expect(allows(route, request)).toBe(true);
  });

  test.each([
    ["GET /acme", "PUT /acme"],
    ["GET /acme", "GET /acme/"],
    ["GET /acme", "GET /ACME"],
    ["* /acme/*", "GET /acme"],
    ["* /acme/*", "GET /acme-evil/x"],
    ["* /acme/*", "GET /globex/acme/x"],
    ["* /{tenantId}/*", "GET /globex/x"],
    ["GET /", "GET /a"],
    ["GET /a read:a", "GET /a"],
  ])("says that %j does not allow %j", (route, request) => {
    expect(allows(route, request)).toBe(false);
  });

  test("asks for every scope", () => {
    expect(allows("GET /a read:a admin", "GET /a", "read:a")).toBe(false);
    expect(allows("GET /a read:a admin", "GET /a", "admin", "read:a")).toBe(
      true,
    );
  });

  test("lets a denial win, for its methods, with any text for its stars", () => {
    const routes = ["* /acme/*", "!DELETE,PUT /acme/*/x/*"];
    expect(allows(routes, "DELETE /acme/a/b/x/")).toBe(false);
    expect(allows(routes, "PUT /acme/a/x/y")).toBe(false);
    expect(allows(routes, "GET /acme/a/x/y")).toBe(true);
    expect(allows(routes, "DELETE /acme/x/y")).toBe(true);
    expect(allows(routes, "DELETE /acme/a/x")).toBe(true);
  });

  test("refuses a character of a denial in code, and no other", () => {
    const routes = ["* /acme/*", "!* /acme/Zp"];
    for (const code of ["%5a", "%5A", "%70", "%61", "%6f", "%63"]) {
      expect([code, allows(routes, `GET /acme/${code}`)]).toEqual([
        code,
        false,
      ]);
    }
    for (const code of ["%7a", "%41", "%20", "%6"]) {
      expect([code, allows(routes, `GET /acme/${code}`)]).toEqual([code, true]);
    }
    expect(allows("* /acme/*", "GET /acme/%61")).toBe(true);
  });

  test("refuses the beginning of an ARN where region and account are open", () => {
    const question = {
      tenantId: "acme",
      routes: ["* /acme/*"],
      grants: new Set<string>(),
      method: "GET",
      path: "/acme/:a1/x",
    };
    expect(routesAllow(question)).toBe(true);
    expect(routesAllow({ ...question, compactApiId: "a1" })).toBe(false);
  });

  test("refuses every hostile path to one who may do everything", () => {
    const allowed = hostilePaths("acme", "globex").filter((path) =>
      allows("* /*", `GET ${path}`),
    );
    expect(allowed).toEqual([]);
  });
});

test("every climb means another tenant's route to a lenient reader", () => {
  const climbs = hostilePaths("acme", "globex").filter(
    (path) => path.startsWith("/acme") && path.includes("globex"),
  );
  expect(climbs.length).toBeGreaterThan(20);
  for (const path of climbs) {
    expect([path, lenientReading(path)]).toEqual([path, "/globex/orders"]);
  }
});
