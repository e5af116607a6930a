import { describe, expect, test } from "vitest";
import { parseFilterPattern } from "./filter-pattern.ts";

const EVENT = { message: { outcome: "allow", age: 5, none: null } };

describe("a pattern", () => {
  test.each([
    ['{ $.message.outcome = "allow" }', true],
    ['{ $.message.outcome = "forbid" }', false],
    ['{ $.message.outcome = "*" }', true],
    ['{ $.message.none = "*" }', false],
    ['{ $.outcome = "allow" }', false],
    ["{ $.message.age >= 5 }", true],
    ["{ $.message.age > 5 }", false],
    ["{ $.message.outcome >= 0 }", false],
    ['{ ($.message.age >= 5) && ($.message.outcome = "forbid") }', false],
    ['{ ($.message.age >= 5) || ($.message.outcome = "forbid") }', true],
  ])("%s: %s", (pattern, matches) => {
    expect(parseFilterPattern(pattern)(EVENT)).toBe(matches);
  });

  test("matches no line that is not JSON", () => {
    expect(parseFilterPattern('{ $.a = "*" }')(undefined)).toBe(false);
  });
});

describe("is refused rather than guessed at:", () => {
  test.each([
    "ERROR",
    "{ $.a IS TRUE }",
    "{ $.a NOT EXISTS }",
    '{ $.a != "b" }',
    '{ $.a = "b*" }',
    "{ $.a = %b% }",
    "{ $.a[0] = 1 }",
    "{ ($.a = 1) && ($.b = 1) || ($.c = 1) }",
    "{ $.a = 1 && $.b = 1 }",
  ])("%s", (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow(/not known|not a JSON/);
  });
});
