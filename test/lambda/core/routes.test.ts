import { describe, expect, test } from "vitest";
import { METHODS, parseRoute } from "../../../lambda/core/routes.ts";
import {
  type TenantId,
  parseTenantId,
} from "../../../lambda/core/tenant-id.ts";

const ACME = idOf("acme");

function idOf(text: string): TenantId {
  const id = parseTenantId(text);
  if (id === undefined) throw new Error("not a tenant id");
  return id;
}

describe("parseTenantId", () => {
  test.each(["a", "0", "Acme_Corp-2", "a".repeat(64)])("accepts %s", (id) => {
    expect(parseTenantId(id)).toBe(id);
  });

  test.each([
    ...[
      "",
      "a".repeat(65),
      "-a",
      "_a",
      "a b",
      "a/b",
      "a.b",
      "..",
      "a*",
      "*",
      "a?",
      "a:b",
      "é",
      "a\n",
      "\na",
      "${a}",
      "{tenantId}",
      "a%2f",
    ],
    null,
    undefined,
    1,
    ["acme"],
  ])("refuses %j", (id) => {
    expect(parseTenantId(id)).toBeUndefined();
  });
});

describe("a grant", () => {
  test.each([
    {
      text: "GET /acme/orders",
      methods: ["GET"],
      path: "/acme/orders",
      scopes: [],
    },
    { text: "* /acme/*", methods: METHODS, path: "/acme/*", scopes: [] },
    { text: "* /*", methods: METHODS, path: "/*", scopes: [] },
    { text: "GET /", methods: ["GET"], path: "/", scopes: [] },
    { text: "POST,GET /a", methods: ["GET", "POST"], path: "/a", scopes: [] },
    { text: "GET,GET /a", methods: ["GET"], path: "/a", scopes: [] },
    { text: "GET /{tenantId}", methods: ["GET"], path: "/acme", scopes: [] },
    {
      text: "GET /v1/{tenantId}/x/{tenantId}/*",
      methods: ["GET"],
      path: "/v1/acme/x/acme/*",
      scopes: [],
    },
    {
      text: "GET /a.b_c~d-e/...",
      methods: ["GET"],
      path: "/a.b_c~d-e/...",
      scopes: [],
    },
    {
      text: "GET /.well-known/x",
      methods: ["GET"],
      path: "/.well-known/x",
      scopes: [],
    },
    {
      text: "DELETE /acme/users/* delete:users",
      methods: ["DELETE"],
      path: "/acme/users/*",
      scopes: ["delete:users"],
    },
    {
      text: "GET /a read:a https://acme.com/scope",
      methods: ["GET"],
      path: "/a",
      scopes: ["read:a", "https://acme.com/scope"],
    },
    {
      text: `GET /a ${"s".repeat(128)}`,
      methods: ["GET"],
      path: "/a",
      scopes: ["s".repeat(128)],
    },
  ])("is read: $text", ({ text, ...route }) => {
    expect(parseRoute(text, ACME)).toEqual({
      ok: true,
      value: { kind: "grant", text, ...route },
    });
  });

  test("may be 1,024 characters long", () => {
    expect(parseRoute("GET /".padEnd(1_024, "a"), ACME).ok).toBe(true);
  });
});

describe("a denial", () => {
  test.each([
    { text: "!* /acme/admin", path: "/acme/admin" },
    { text: "!* /*/admin", path: "/*/admin" },
    { text: "!* /*/*/x", path: "/*/*/x" },
    { text: "!* /{tenantId}/admin/*", path: "/acme/admin/*" },
    { text: "!* /", path: "/" },
    { text: "!* /*", path: "/*" },
  ])("is read: $text", ({ text, path }) => {
    expect(parseRoute(text, ACME)).toEqual({
      ok: true,
      value: { kind: "denial", methods: METHODS, path, scopes: [], text },
    });
  });
});

describe("a route that is refused", () => {
  test.each([
    { text: "", at: 1, says: "expected * or" },
    { text: "!", at: 2, says: "expected * or" },
    { text: "!!GET /a", at: 2, says: "expected * or" },
    {
      text: "get /a",
      at: 1,
      says: "expected * or a comma-separated list of GET PUT HEAD POST PATCH DELETE OPTIONS in capitals",
    },
    { text: "GET,/a", at: 1, says: "expected * or" },
    { text: "GET, POST /a", at: 1, says: "expected * or" },
    { text: "*,GET /a", at: 1, says: "expected * or" },
    { text: "TRACE /a", at: 1, says: "expected * or" },
    { text: "ANY /a", at: 1, says: "expected * or" },
    { text: "constructor /a", at: 1, says: "expected * or" },
    { text: "/acme/*", at: 1, says: "expected * or" },
    { text: " GET /a", at: 1, says: "expected * or" },
    { text: "GET", at: 4, says: "a path" },
    { text: "!GET", at: 5, says: "a path" },
    { text: "GET\t/a", at: 1, says: "expected * or" },
    { text: "GET  /a", at: 5, says: "begins with /" },
    { text: "GET a", at: 5, says: "begins with /" },
    { text: "GET *", at: 5, says: "begins with /" },
    { text: "GET https://a/b", at: 5, says: "begins with /" },
    { text: "GET /a/", at: 8, says: "does not end in /" },
    { text: "GET //", at: 6, says: "empty segment" },
    { text: "GET //a", at: 6, says: "empty segment" },
    { text: "GET /a//b", at: 8, says: "empty segment" },
    { text: "GET /a/./b", at: 8, says: "no . or .." },
    { text: "GET /a/..", at: 8, says: "no . or .." },
    { text: "GET /a*", at: 6, says: "a segment is made of" },
    { text: "GET /acme/*x", at: 11, says: "a segment is made of" },
    { text: "GET /**", at: 6, says: "a segment is made of" },
    { text: "GET /*/a", at: 6, says: "only as the last segment" },
    { text: "GET /a?", at: 6, says: "a segment is made of" },
    { text: "GET /a%2fb", at: 6, says: "a segment is made of" },
    { text: "GET /a:b", at: 6, says: "a segment is made of" },
    { text: "GET /${aws:username}", at: 6, says: "a segment is made of" },
    { text: "GET /x{tenantId}", at: 6, says: "a segment is made of" },
    { text: "GET /{tenantid}", at: 6, says: "a segment is made of" },
    { text: "GET /{proxy+}", at: 6, says: "a segment is made of" },
    { text: "GET /é", at: 6, says: "a segment is made of" },
    { text: "GET /a\n", at: 6, says: "a segment is made of" },
    { text: "GET /a\\b", at: 6, says: "a segment is made of" },
    { text: "GET /a ", at: 8, says: "expected a scope" },
    { text: "GET /a  read", at: 8, says: "expected a scope" },
    { text: 'GET /a b read:"', at: 10, says: "expected a scope" },
    { text: `GET /a ${"s".repeat(129)}`, at: 8, says: "expected a scope" },
    { text: "!GET /a read:a", at: 9, says: "takes no scope" },
    { text: "!GET /a*b", at: 7, says: "a segment is made of" },
  ])("says where: $text", ({ text, at, says }) => {
    const route = parseRoute(text, ACME);
    expect(route).toMatchObject({ ok: false });
    expect(route).toHaveProperty("reason", expect.stringContaining(says));
    expect(route).toHaveProperty(
      "reason",
      expect.stringContaining(`at character ${at} of "${text}"`),
    );
  });

  test("may not be 1,025 characters long, and is not quoted then", () => {
    expect(parseRoute("GET /".padEnd(1_025, "a"), ACME)).toEqual({
      ok: false,
      reason: "route is longer than 1024 characters",
    });
  });
});
