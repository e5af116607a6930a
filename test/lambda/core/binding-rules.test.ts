import { describe, expect, test } from "vitest";
import { findBrokenRule } from "../../../lambda/core/binding-rules.ts";

const claims = {
  org_id: "org_acme",
  level: 3,
  beta: false,
  list: ["org_acme"],
  nothing: null,
  empty: "",
};

describe("a rule holds", () => {
  test.each([
    { claim: "org_id", anyOf: ["org_acme"] },
    { claim: "org_id", anyOf: ["org_globex", "org_acme"] },
    { claim: "level", anyOf: [3] },
    { claim: "beta", anyOf: [false] },
    { claim: "empty", anyOf: [""] },
  ])("when $claim is one of $anyOf", (rule) => {
    expect(findBrokenRule([rule], claims)).toBeUndefined();
  });
});

describe("a rule does not hold", () => {
  test.each([
    { claim: "org_id", anyOf: ["org_globex"] },
    { claim: "org_id", anyOf: ["ORG_ACME"] },
    { claim: "org_id", anyOf: ["org_acme "] },
    { claim: "level", anyOf: ["3"] },
    { claim: "level", anyOf: [true] },
    { claim: "beta", anyOf: ["false"] },
    { claim: "beta", anyOf: [0] },
    { claim: "list", anyOf: ["org_acme"] },
    { claim: "nothing", anyOf: ["null"] },
    { claim: "absent", anyOf: ["undefined"] },
    { claim: "absent", anyOf: [""] },
    { claim: "constructor", anyOf: ["function Object() { [native code] }"] },
    { claim: "org_id", anyOf: [] },
  ])("when $claim is asked to be one of $anyOf", (rule) => {
    expect(findBrokenRule([rule], claims)).toBe(rule);
  });

  test("when another does: every one must", () => {
    const holds = { claim: "org_id", anyOf: ["org_acme"] };
    const broken = { claim: "level", anyOf: [4] };
    expect(findBrokenRule([holds, broken], claims)).toBe(broken);
    expect(findBrokenRule([broken, holds], claims)).toBe(broken);
  });
});

test("a record without rules has none that is broken", () => {
  expect(findBrokenRule([], claims)).toBeUndefined();
});
