import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  itemToPlain,
  plainToItem,
} from "../../../../bin/tenants/records/plain-record.ts";
import { isSameValue } from "../../../../bin/tenants/records/same-value.ts";

describe("a DynamoDB value has one plain form", () => {
  test.each<{ attribute: string; value: AttributeValue; plain: unknown }>([
    { attribute: "status", value: { S: "active" }, plain: "active" },
    { attribute: "expiresAt", value: { N: "1780315200" }, plain: 1780315200 },
    { attribute: "expiresAt", value: { N: "1.5" }, plain: 1.5 },
    { attribute: "routes", value: { SS: ["b", "a"] }, plain: ["a", "b"] },
    {
      attribute: "routes",
      value: { L: [{ S: "b" }, { S: "a" }] },
      plain: { $L: ["b", "a"] },
    },
    {
      attribute: "routes",
      value: { L: [{ S: "a" }, { S: "a" }] },
      plain: ["a", "a"],
    },
    {
      attribute: "require",
      value: { M: { org_id: { SS: ["b", "a"] } } },
      plain: { org_id: ["a", "b"] },
    },
    {
      attribute: "require",
      value: { M: { tier: { L: [{ N: "1" }, { S: "a" }] } } },
      plain: { tier: [1, "a"] },
    },
    {
      attribute: "meta",
      value: { M: { tags: { SS: ["b", "a"] } } },
      plain: { tags: { $SS: ["a", "b"] } },
    },
    {
      attribute: "meta",
      value: { M: { list: { L: [{ S: "a" }] } } },
      plain: { list: ["a"] },
    },
    {
      attribute: "meta",
      value: { M: { $L: { S: "x" } } },
      plain: { $M: { $L: "x" } },
    },
    { attribute: "meta", value: { NULL: true }, plain: null },
    {
      attribute: "meta",
      value: { N: "12345678901234567890123" },
      plain: { $N: "12345678901234567890123" },
    },
    {
      attribute: "meta",
      value: { NS: ["2", "1"] },
      plain: { $NS: ["1", "2"] },
    },
    {
      attribute: "meta",
      value: { B: Buffer.from("ab") },
      plain: { $B: "YWI=" },
    },
    { attribute: "meta", value: { BOOL: false }, plain: false },
  ])("$attribute: $plain", ({ attribute, value, plain }) => {
    expect(itemToPlain({ [attribute]: value }, "azp")).toEqual({
      [attribute]: plain,
    });
    const [[, back] = []] = Object.entries(plainToItem({ [attribute]: plain }));
    expect(isSameValue(back, value)).toBe(true);
  });
});

test("every value comes back as what it was", () => {
  const text = fc.string();
  const distinct = fc.uniqueArray(text, { minLength: 1, maxLength: 3 });
  const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.record({ S: text }),
      fc.record({
        N: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      }),
      fc.record({ N: fc.bigInt().map(String) }),
      fc.record({ BOOL: fc.boolean() }),
      fc.record({ SS: distinct }),
      fc.record({ L: fc.array(tie("value"), { maxLength: 3 }) }),
      fc.record({
        M: fc.dictionary(
          fc.oneof(text, fc.constantFrom("$L", "$M", "__proto__")),
          tie("value"),
          { maxKeys: 3 },
        ),
      }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.constantFrom("routes", "require", "meta", "tenantId"),
      value,
      (attribute, stored) => {
        const plain = itemToPlain({ [attribute]: stored }, "azp");
        // Through JSON, as a file would hold it.
        const back = plainToItem(
          JSON.parse(JSON.stringify(plain)) as Record<string, unknown>,
        );
        expect(isSameValue(back[attribute], stored)).toBe(true);
      },
    ),
  );
});

test("sets that differ in order alone are the same, lists are not", () => {
  expect(isSameValue({ SS: ["a", "b"] }, { SS: ["b", "a"] })).toBe(true);
  expect(
    isSameValue(
      { L: [{ S: "a" }, { S: "b" }] },
      { L: [{ S: "b" }, { S: "a" }] },
    ),
  ).toBe(false);
  expect(isSameValue({ SS: ["a"] }, { L: [{ S: "a" }] })).toBe(false);
});

test.each([
  {
    name: "a whole number that would be rounded",
    value: 12345678901234567890n,
  },
  { name: "an infinite number", value: Infinity },
  { name: "a set with the same text twice", value: { $SS: ["a", "a"] } },
  { name: "an empty set", value: { $SS: [] } },
  { name: "undefined", value: undefined },
])("$name has no form in DynamoDB, and the attribute is named", ({ value }) => {
  expect(() => plainToItem({ meta: value })).toThrow(/^meta: /);
});

test("attributes come in the order of the documentation, unknown ones last", () => {
  const names = ["zeta", "routes", "azp", "status", "tenantId", "alpha"];
  const item = Object.fromEntries(names.map((name) => [name, { S: "x" }]));
  expect(Object.keys(itemToPlain(item, "azp"))).toEqual([
    "azp",
    "tenantId",
    "status",
    "routes",
    "alpha",
    "zeta",
  ]);
});
