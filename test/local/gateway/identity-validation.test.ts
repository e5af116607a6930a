import { expect, test } from "vitest";
import { compileIdentityValidation } from "../../../local/gateway/identity-validation.ts";

const matches = (expression: string, header: string): boolean =>
  compileIdentityValidation(expression, "Authorizer A")(header);

test.each<[string, string, boolean]>([
  ["Bearer [a-z]+", "Bearer abc", true],
  ["Bearer [a-z]+", "xBearer abc", false],
  ["Bearer [a-z]+", "Bearer abc1", false],
  ["^Bearer [-0-9a-zA-Z\\._]*$", "Bearer a-b.c_d", true],
  ["a|b", "ab", false],
  ["(?i)bearer x", "BEARER x", true],
  ["bearer x", "BEARER x", false],
  ["a\\-b\\=c", "a-b=c", true],
  ["a\\\\b", "a\\b", true],
  ["\\d{2}", "12", true],
])("%j on %j: %s", (expression, header, expected) => {
  expect(matches(expression, header)).toBe(expected);
});

test.each(["a*+", "\\Aabc\\z", "\\Qabc\\E", "("])(
  "refuses %j, which JavaScript would read differently or not at all",
  (expression) => {
    expect(() => compileIdentityValidation(expression, "Authorizer A")).toThrow(
      /Authorizer A: IdentityValidationExpression is not emulated/,
    );
  },
);
