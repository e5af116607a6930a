import { beforeEach, describe, expect, test } from "vitest";
import {
  type VerifiedTokens,
  createVerifiedTokens,
} from "../../../../lambda/authorizer/adapters/verified-tokens.ts";
import { NOW } from "../../../support/tokens.ts";

const CLAIMS = { sub: "auth0|1", exp: NOW + 600 };
const NOW_MS = NOW * 1_000;
const EXP_MS = CLAIMS.exp * 1_000;

let tokens: VerifiedTokens;
beforeEach(() => {
  tokens = createVerifiedTokens(2);
  tokens.keep("a.b.c", CLAIMS, NOW_MS);
});

describe("the claims of a token that was verified", () => {
  test.each([
    { name: "at once", token: "a.b.c", atMs: NOW_MS, claims: CLAIMS },
    {
      name: "just before exp",
      token: "a.b.c",
      atMs: EXP_MS - 1,
      claims: CLAIMS,
    },
  ])("are found $name", ({ token, atMs, claims }) => {
    expect(tokens.find(token, atMs)).toBe(claims);
  });

  test.each([
    { name: "at exp", token: "a.b.c", atMs: EXP_MS },
    {
      name: "by a clock that was set back, since nbf may not have come yet",
      token: "a.b.c",
      atMs: NOW_MS - 1,
    },
    { name: "under another signature", token: "a.b.d", atMs: NOW_MS },
    { name: "under another header", token: "b.b.c", atMs: NOW_MS },
    { name: "under a part of it", token: "a.b", atMs: NOW_MS },
  ])("are not found $name", ({ token, atMs }) => {
    expect(tokens.find(token, atMs)).toBeUndefined();
  });
});

test.each([
  { name: "without exp", claims: { sub: "auth0|1" } },
  { name: "whose exp is text", claims: { exp: "4102444800" } },
  {
    name: "whose exp is not its own",
    claims: Object.create({ exp: NOW + 600 }) as Record<string, unknown>,
  },
])("a token $name is not kept", ({ claims }) => {
  tokens.keep("d.e.f", claims, NOW_MS);
  expect(tokens.find("d.e.f", NOW_MS)).toBeUndefined();
});

test("the oldest makes room, and no other", () => {
  tokens.keep("second", CLAIMS, NOW_MS);
  expect(tokens.find("a.b.c", NOW_MS)).toBe(CLAIMS);
  tokens.keep("third", CLAIMS, NOW_MS);
  expect(
    ["a.b.c", "second", "third"].map((token) => tokens.find(token, NOW_MS)),
  ).toEqual([undefined, CLAIMS, CLAIMS]);
});

test("a token that is verified anew, after its time had come, is kept anew", () => {
  const renewed = { ...CLAIMS, sub: "auth0|2" };
  tokens.keep("a.b.c", renewed, NOW_MS + 1);
  expect(tokens.find("a.b.c", NOW_MS)).toBeUndefined();
  expect(tokens.find("a.b.c", NOW_MS + 1)).toBe(renewed);
});
