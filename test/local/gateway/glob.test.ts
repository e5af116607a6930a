import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesGlob } from "../../../local/gateway/glob.ts";

describe("matchesGlob", () => {
  test.each([
    ["GET/acme/*", "GET/acme/orders"],
    ["GET/acme/*", "GET/acme/"],
    ["GET/acme/*", "GET/acme/a/b/c"],
    ["arn:*:x", "arn:aws:execute-api:x"],
    ["*", ""],
    ["**", "a"],
    ["a*b*c", "axxbxxbxc"],
    ["???/x", "GET/x"],
    ["a.c", "a.c"],
    ["", ""],
  ])("%j matches %j", (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(true);
  });

  test.each([
    ["GET/acme/*", "GET/acme"],
    ["GET/acme/*", "XGET/acme/x"],
    ["GET/acme", "GET/acme/"],
    ["GET/acme", "GET/ACME"],
    ["???/x", "POST/x"],
    ["?", ""],
    ["a.c", "abc"],
    ["a+", "aa"],
    ["[ab]", "a"],
    ["", "a"],
    ["*a", "ab"],
  ])("%j does not match %j", (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(false);
  });

  test("agrees with an anchored and escaped regular expression", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "b", "/", ".", "*", "?", "\\", "\n", "$"),
      maxLength: 10,
    });
    fc.assert(
      fc.property(text, text, (pattern, subject) => {
        expect(matchesGlob(pattern, subject)).toBe(
          naiveRegex(pattern).test(subject),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("answers at once on a pattern over which backtracking never ends", () => {
    const startedAtMs = performance.now();
    expect(matchesGlob(`${"a*".repeat(200)}b`, "a".repeat(2000))).toBe(false);
    expect(performance.now() - startedAtMs).toBeLessThan(1000);
  });
});

function naiveRegex(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}
