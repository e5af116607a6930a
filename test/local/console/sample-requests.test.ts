import { expect, test } from "vitest";
import { sampleRequests } from "../../../local/console/sample-requests.ts";
import type { Item } from "../../../local/table/create-tables.ts";

const row = (tenantId: string, ...routes: string[]): Item => ({
  tenantId: { S: tenantId },
  routes: { SS: routes },
});

const describeSamples = (...rows: Item[]): readonly string[] =>
  sampleRequests(rows).map(
    ({ method, path, tenantIds }) => `${method} ${path} ${tenantIds.join("+")}`,
  );

test.each([
  {
    name: "a literal path is taken with each of its methods",
    rows: [row("acme", "GET,POST /acme/orders")],
    expected: ["GET /acme/orders acme", "POST /acme/orders acme"],
  },
  {
    name: "of a subtree something below is taken, with GET where all methods are granted",
    rows: [row("acme", "* /acme/reports/*")],
    expected: ["GET /acme/reports/sample acme"],
  },
  {
    name: "the tenant's id stands in for its place",
    rows: [row("acme", "GET /{tenantId}/orders")],
    expected: ["GET /acme/orders acme"],
  },
  {
    name: "scopes are no part of a request",
    rows: [row("acme", "DELETE /acme/users/* delete:users")],
    expected: ["DELETE /acme/users/sample acme"],
  },
  {
    name: "what only a denial names is nobody's",
    rows: [row("acme", "!* /acme/drafts/*")],
    expected: ["GET /acme/drafts/sample "],
  },
  {
    name: "what two tenants are granted by name belongs to both",
    rows: [row("acme", "GET /shared"), row("globex", "GET /shared")],
    expected: ["GET /shared acme+globex"],
  },
  {
    name: "two records of one tenant count once",
    rows: [row("acme", "GET /a"), row("acme", "GET /a")],
    expected: ["GET /a acme"],
  },
  {
    name: "routes in a list are read like those in a set",
    rows: [{ tenantId: { S: "acme" }, routes: { L: [{ S: "GET /a" }] } }],
    expected: ["GET /a acme"],
  },
  {
    name: "what is no route suggests nothing",
    rows: [row("acme", "nonsense", "GET", "get /a", "GET a")],
    expected: [],
  },
  {
    name: "a row without routes suggests nothing",
    rows: [{ tenantId: { S: "acme" } }],
    expected: [],
  },
])("$name", ({ rows, expected }) => {
  expect(describeSamples(...rows)).toEqual(expected);
});
