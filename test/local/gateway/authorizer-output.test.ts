import { describe, expect, test } from "vitest";
import { parseAuthorizerOutput } from "../../../local/gateway/authorizer-output.ts";
import { OUTPUT } from "./support.ts";

test("context values all arrive as text", () => {
  const context = { plan: "gold", seats: 12, trial: false, rate: 0.5 };
  expect(parseAuthorizerOutput({ ...OUTPUT, context }).context).toEqual({
    plan: "gold",
    seats: "12",
    trial: "false",
    rate: "0.5",
  });
});

test("an output without context has an empty one", () => {
  const { principalId, policyDocument } = OUTPUT;
  expect(
    parseAuthorizerOutput({ principalId, policyDocument }).context,
  ).toEqual({});
});

test("a usage identifier key is kept", () => {
  const output = { ...OUTPUT, usageIdentifierKey: "key" };
  expect(parseAuthorizerOutput(output).usageIdentifierKey).toBe("key");
});

test("members that API Gateway does not know are ignored", () => {
  expect(parseAuthorizerOutput({ ...OUTPUT, extra: {} }).principalId).toBe(
    OUTPUT.principalId,
  );
});

describe("refuses", () => {
  test.each<[name: string, output: unknown, problem: RegExp]>([
    ["nothing", undefined, /not an object/],
    ["text", "allow", /not an object/],
    ["a list", [OUTPUT], /not an object/],
    ["no principalId", { ...OUTPUT, principalId: undefined }, /principalId/],
    ["an empty principalId", { ...OUTPUT, principalId: "" }, /principalId/],
    ["a numeric principalId", { ...OUTPUT, principalId: 7 }, /principalId/],
    ["no policy", { ...OUTPUT, policyDocument: undefined }, /policyDocument/],
    [
      "a policy as JSON text",
      { ...OUTPUT, policyDocument: "{}" },
      /policyDocument/,
    ],
    ["a context that is a list", { ...OUTPUT, context: [] }, /context is not/],
    ["a context that is null", { ...OUTPUT, context: null }, /context is not/],
    [
      "an object in the context",
      { ...OUTPUT, context: { a: {} } },
      /context\.a/,
    ],
    [
      "a list in the context",
      { ...OUTPUT, context: { a: ["x"] } },
      /context\.a/,
    ],
    ["null in the context", { ...OUTPUT, context: { a: null } }, /context\.a/],
    ["a numeric usage key", { ...OUTPUT, usageIdentifierKey: 1 }, /usageIdent/],
  ])("%s", (_, output, problem) => {
    expect(() => parseAuthorizerOutput(output)).toThrow(problem);
  });
});
