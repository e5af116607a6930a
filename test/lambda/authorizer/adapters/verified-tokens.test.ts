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
  tokens.keep("digest", CLAIMS, NOW_MS);
});

describe("the claims of a token that was verified", () => {
  test.each([
    { name: "at once", digest: "digest", atMs: NOW_MS, claims: CLAIMS },
    {
      name: "just before exp",
      digest: "digest",
      atMs: EXP_MS - 1,
      claims: CLAIMS,
    },
  ])("are found $name", ({ digest, atMs, claims }) => {
    expect(tokens.find(digest, atMs)).toBe(claims);
  });

  test.each([
    { name: "at exp", digest: "digest", atMs: EXP_MS },
    {
      name: "by a clock that was set back, since nbf may not have come yet",
      digest: "digest",
      atMs: NOW_MS - 1,
    },
    { name: "under another digest", digest: "other", atMs: NOW_MS },
  ])("are not found $name", ({ digest, atMs }) => {
    expect(tokens.find(digest, atMs)).toBeUndefined();
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
  tokens.keep("other", claims, NOW_MS);
  expect(tokens.find("other", NOW_MS)).toBeUndefined();
});

test("the oldest makes room, and no other", () => {
  tokens.keep("second", CLAIMS, NOW_MS);
  expect(tokens.find("digest", NOW_MS)).toBe(CLAIMS);
  tokens.keep("third", CLAIMS, NOW_MS);
  expect(
    ["digest", "second", "third"].map((digest) => tokens.find(digest, NOW_MS)),
  ).toEqual([undefined, CLAIMS, CLAIMS]);
});

test("a token that is verified anew, after its time had come, is kept anew", () => {
  const renewed = { ...CLAIMS, sub: "auth0|2" };
  tokens.keep("digest", renewed, NOW_MS + 1);
  expect(tokens.find("digest", NOW_MS)).toBeUndefined();
  expect(tokens.find("digest", NOW_MS + 1)).toBe(renewed);
});
