import { describe, expect, test } from "vitest";
import {
  affectsAccess,
  changesUsageKeyAlone,
} from "../../../lambda/core/tenant-change.ts";

/** A row with every attribute, as a stream tells it. */
const ROW = {
  azp: { S: "AcMeSpaClientId0000000000000000a" },
  tenantId: { S: "acme" },
  status: { S: "active" },
  routes: { SS: ["* /acme/*", "GET /shared"] },
  require: { M: { org_id: { S: "org_1" }, plan: { L: [{ S: "a" }] } } },
  issuer: { S: "https://acme.eu.auth0.com/" },
  tokensValidAfter: { N: "1800000000" },
  expiresAt: { N: "1900000000" },
  plan: { S: "gold" },
  context: { M: { tier: { S: "gold" }, seats: { N: "12" } } },
  meta: { M: { owner: { S: "ada" }, tags: { SS: ["a", "b"] } } },
};

function isRelevant(change: Readonly<Record<string, unknown>>): boolean {
  return affectsAccess({ oldImage: ROW, newImage: { ...ROW, ...change } });
}

describe("a change of the row does not affect access", () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["when nothing differs", {}],
    ["when meta differs", { meta: { M: { owner: { S: "grace" } } } }],
    ["when meta goes", { meta: undefined }],
    [
      "when a set comes in another order",
      { routes: { SS: ["GET /shared", "* /acme/*"] } },
    ],
    [
      "when maps come in another order",
      {
        context: { M: { seats: { N: "12" }, tier: { S: "gold" } } },
        require: { M: { plan: { L: [{ S: "a" }] }, org_id: { S: "org_1" } } },
      },
    ],
  ])("%s", (_name, change) => {
    expect(isRelevant(change)).toBe(false);
  });

  test("when the attributes come in another order", () => {
    const reversed = Object.fromEntries(Object.entries(ROW).reverse());
    expect(affectsAccess({ oldImage: ROW, newImage: reversed })).toBe(false);
  });
});

describe("a change of the row affects access", () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["when the tenant differs", { tenantId: { S: "globex" } }],
    ["when the status differs", { status: { S: "suspended" } }],
    ["when a route comes", { routes: { SS: ["* /acme/*", "* /shared"] } }],
    ["when a route goes", { routes: { SS: ["* /acme/*"] } }],
    ["when all routes go", { routes: undefined }],
    ["when a rule differs", { require: { M: { org_id: { S: "org_2" } } } }],
    ["when the rules go", { require: undefined }],
    ["when the issuer differs", { issuer: { S: "https://globex.auth0.com/" } }],
    ["when everybody is logged out", { tokensValidAfter: { N: "1800000001" } }],
    ["when the expiry differs", { expiresAt: { N: "1900000001" } }],
    ["when the expiry goes", { expiresAt: undefined }],
    ["when the plan differs", { plan: { S: "silver" } }],
    ["when the backend is told something else", { context: { M: {} } }],
    ["when an unknown attribute comes", { suspended: { BOOL: true } }],
    ["when a type differs", { plan: { N: "1" } }],
    [
      "when meta stands elsewhere than at the top",
      { context: { M: { meta: { S: "new" } } } },
    ],
    [
      "when an attribute has a name that objects inherit",
      JSON.parse('{"__proto__": {"S": "new"}}') as Record<string, unknown>,
    ],
  ])("%s", (_name, change) => {
    expect(isRelevant(change)).toBe(true);
  });

  test.each<[string, readonly unknown[]]>([
    ["when a list comes in another order", [{ S: "a" }, { S: "b" }]],
    ["when a list of no known type does", ["a", "b"]],
  ])("%s", (_name, list) => {
    expect(
      affectsAccess({
        oldImage: { ...ROW, routes: { L: list } },
        newImage: { ...ROW, routes: { L: list.toReversed() } },
      }),
    ).toBe(true);
  });

  test.each<[string, { oldImage: unknown; newImage: unknown }]>([
    ["when it is an insertion", { oldImage: undefined, newImage: ROW }],
    ["when it is a removal", { oldImage: ROW, newImage: undefined }],
    [
      "when neither image is told",
      { oldImage: undefined, newImage: undefined },
    ],
    ["when an image is not a row", { oldImage: ROW, newImage: [ROW] }],
    ["when both images are null", { oldImage: null, newImage: null }],
  ])("%s", (_name, change) => {
    expect(affectsAccess(change)).toBe(true);
  });
});

test.each(["NS", "BS"])(
  "the order of a set of type %s does not affect access",
  (type) => {
    const image = (members: readonly string[]) => ({
      ...ROW,
      context: { M: { some: { [type]: members } } },
    });
    expect(
      affectsAccess({
        oldImage: image(["1", "2"]),
        newImage: image(["2", "1"]),
      }),
    ).toBe(false);
  },
);

describe("a new usage key", () => {
  const WITH_KEY = { ...ROW, usageKey: { S: "tenantkey0123456789abcdef" } };

  test("changes answers: those that are kept count by the old one", () => {
    expect(affectsAccess({ oldImage: ROW, newImage: WITH_KEY })).toBe(true);
  });

  test.each<[string, object, object]>([
    ["when it comes", ROW, WITH_KEY],
    ["when it goes", WITH_KEY, ROW],
    [
      "when it is exchanged",
      WITH_KEY,
      { ...ROW, usageKey: { S: "tenantkeyfedcba9876543210" } },
    ],
    ["when meta comes with it", ROW, { ...WITH_KEY, meta: { M: {} } }],
  ])("is told apart %s", (_name, oldImage, newImage) => {
    expect(changesUsageKeyAlone({ oldImage, newImage })).toBe(true);
  });

  test.each<[string, unknown, unknown]>([
    [
      "when a suspension comes with it",
      ROW,
      { ...WITH_KEY, status: { S: "suspended" } },
    ],
    ["when it comes with the row", undefined, WITH_KEY],
    ["when it goes with the row", WITH_KEY, undefined],
  ])("is not alone %s", (_name, oldImage, newImage) => {
    expect(changesUsageKeyAlone({ oldImage, newImage })).toBe(false);
  });
});
