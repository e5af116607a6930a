import { describe, expect, test } from "vitest";
import {
  isJsonObject,
  isShallow,
  own,
  ownOr,
  parseJsonObject,
} from "../../../lambda/core/json.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** `{"a":{"a":…}}` of this many levels. */
const nested = (levels: number): Record<string, unknown> =>
  levels === 1 ? {} : { a: nested(levels - 1) };

describe("parseJsonObject", () => {
  test("reads an object in UTF-8", () => {
    expect(parseJsonObject(bytes('{"name":"Zoë 😀"}'))).toEqual({
      name: "Zoë 😀",
    });
  });

  test.each([
    { name: "an array", body: bytes("[{}]") },
    { name: "null", body: bytes("null") },
    { name: "a string", body: bytes('"{}"') },
    { name: "a number", body: bytes("1") },
    { name: "nothing", body: bytes("") },
    { name: "text after the object", body: bytes("{} x") },
    { name: "two objects", body: bytes("{}{}") },
    { name: "a comment", body: bytes("{}//") },
    { name: "single quotes", body: bytes("{'a':1}") },
    { name: "a trailing comma", body: bytes('{"a":1,}') },
    { name: "NaN", body: bytes('{"a":NaN}') },
    { name: "a byte order mark", body: bytes("\uFEFF{}") },
    {
      name: "a byte that is not UTF-8",
      body: Buffer.from([...bytes('{"a":"'), 0xff, ...bytes('"}')]),
    },
    {
      name: "an overlong spelling of a slash",
      body: Buffer.from([...bytes('{"a":"'), 0xc0, 0xaf, ...bytes('"}')]),
    },
    {
      name: "a surrogate in UTF-8",
      body: Buffer.from([...bytes('{"a":"'), 0xed, 0xa0, 0x80, ...bytes('"}')]),
    },
    { name: "UTF-16", body: Buffer.from('{"a":1}', "utf16le") },
  ])("does not read $name", ({ body }) => {
    expect(parseJsonObject(body)).toBeUndefined();
  });
});

test("tells an object from everything else that is typeof object", () => {
  expect([{}, Object.create(null)].map(isJsonObject)).toEqual([true, true]);
  expect([[], null, "{}", undefined, 1].map(isJsonObject)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

describe("own", () => {
  test("reads a member, null among them", () => {
    expect(own({ a: 1, b: null }, "a")).toBe(1);
    expect(own({ a: 1, b: null }, "b")).toBeNull();
  });

  test("does not read what every object inherits", () => {
    for (const name of ["constructor", "toString", "__proto__", "valueOf"]) {
      expect(own({}, name)).toBeUndefined();
    }
  });

  test("does not read through a __proto__ member", () => {
    const object = parseJsonObject(bytes('{"__proto__":{"alg":"RS256"}}'));
    expect(own(object ?? {}, "alg")).toBeUndefined();
  });
});

test("ownOr falls back for an absent member, and not for null", () => {
  expect(ownOr({}, "a", "fallback")).toBe("fallback");
  expect(ownOr({}, "constructor", "fallback")).toBe("fallback");
  expect(ownOr({ a: null }, "a", "fallback")).toBeNull();
});

describe("isShallow", () => {
  test.each([
    { name: "an empty object", value: {}, expected: true },
    { name: "64 levels of objects", value: nested(64), expected: true },
    { name: "65 levels of objects", value: nested(65), expected: false },
    {
      name: "64 levels, the innermost in an array",
      value: { list: [nested(62)] },
      expected: true,
    },
    {
      name: "65 levels, the innermost in an array",
      value: { list: [nested(63)] },
      expected: false,
    },
    {
      name: "a shallow member before a deep one",
      value: { shallow: {}, deep: nested(64) },
      expected: false,
    },
  ])("says $expected of $name", ({ value, expected }) => {
    expect(isShallow(value)).toBe(expected);
  });

  test("is not overwhelmed by depth", () => {
    const deep = JSON.parse(
      `${'{"a":'.repeat(4_000)}{}${"}".repeat(4_000)}`,
    ) as Record<string, unknown>;
    expect(isShallow(deep)).toBe(false);
  });
});
