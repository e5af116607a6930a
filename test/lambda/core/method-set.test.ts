import { describe, expect, test } from "vitest";
import { methodPatterns, methodSet } from "../../../lambda/core/method-set.ts";
import { METHODS } from "../../../lambda/core/routes.ts";
import { globMatches } from "../../support/policy-oracle.ts";

/** Every set of methods there is. */
const SETS = Array.from({ length: 2 ** METHODS.length }, (_, bits) =>
  METHODS.filter((_method, index) => (bits & (1 << index)) !== 0),
);

describe("methodPatterns", () => {
  test("match each set of methods exactly, for all 128 of them", () => {
    for (const methods of SETS) {
      const patterns = methodPatterns(methodSet(methods));
      const matched = METHODS.filter((method) =>
        patterns.some((pattern) => globMatches(pattern, method)),
      );
      expect(matched).toEqual(methods);
    }
  });

  test("are worked out once for each set", () => {
    for (const methods of SETS) {
      const set = methodSet(methods);
      expect(methodPatterns(set)).toBe(methodPatterns(set));
    }
  });

  test("never hold a star", () => {
    expect(
      SETS.flatMap((set) => methodPatterns(methodSet(set))).join(""),
    ).not.toContain("*");
  });

  test.each([
    {
      methods: METHODS,
      patterns: ["???", "????", "PATCH", "DELETE", "OPTIONS"],
    },
    { methods: ["GET", "PUT"] as const, patterns: ["???"] },
    { methods: ["HEAD", "POST"] as const, patterns: ["????"] },
    { methods: ["GET", "HEAD"] as const, patterns: ["GET", "HEAD"] },
    { methods: [], patterns: [] },
  ])("for $methods are $patterns", ({ methods, patterns }) => {
    expect(methodPatterns(methodSet(methods))).toEqual(patterns);
  });
});
