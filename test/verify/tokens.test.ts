import { describe, expect, test } from "vitest";
import { spellScheme } from "../../bin/verify/tokens/authorization.ts";
import { otherSpellings } from "../../bin/verify/tokens/spellings.ts";
import { readToken } from "../../bin/verify/tokens/token-parts.ts";
import { signAccessToken } from "../support/tokens.ts";

const token = signAccessToken();

describe("the other spellings of a token", () => {
  const spellings = otherSpellings(readToken(token, "a token"));

  test("are 47 of loose bits and padding, and one of plain base64", () => {
    expect(new Set(spellings.map((each) => each.token)).size).toBe(48);
    expect(spellings.map((each) => each.token)).not.toContain(token);
  });

  test("mean the same bytes to a lenient decoder", () => {
    const bytes = (text: string): string =>
      Buffer.from(text.split(".")[2] ?? "", "base64").toString("hex");
    expect(new Set(spellings.map((each) => bytes(each.token)))).toEqual(
      new Set([bytes(token)]),
    );
  });
});

describe("the spellings of the scheme", () => {
  const spellings = Array.from({ length: 63 }, (_, at) => spellScheme(at));

  test("are 63, and the usual one is none of them", () => {
    expect(new Set(spellings).size).toBe(63);
    expect(spellings).not.toContain("Bearer");
    expect(new Set(spellings.map((text) => text.toLowerCase()))).toEqual(
      new Set(["bearer"]),
    );
  });

  test("come again after the last", () => {
    expect(spellScheme(63)).toBe(spellScheme(0));
  });
});

test("a token that is none is refused without repeating it", () => {
  expect(() => readToken("secret.text", "the token of acme")).toThrow(
    /^the token of acme is not a JWT of three parts(?!.*secret)/,
  );
});
