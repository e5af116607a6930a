import crypto, { generateKeyPairSync } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { describe, expect, test, vi } from "vitest";
import {
  parseKeySet,
  selectKeys,
} from "../../../../lambda/authorizer/adapters/key-set.ts";
import {
  type Overrides,
  createSigningKey,
  jwksBytes,
  jwksOf,
  signingKey,
  withOverrides,
} from "../../../support/tokens.ts";

const GOOD = signingKey();
const SPARE = signingKey("key-2");
const WEAK = createSigningKey("key-1", { modulusLength: 1_024 });
const ALMOST = createSigningKey("key-1", { modulusLength: 2_040 });

/** The `kid`s that are left of a set of the spare key and the good one with one change. */
const left = (change: Overrides): readonly string[] => [
  ...(selectKeys({
    keys: [withOverrides(GOOD.jwk, change), SPARE.jwk],
  })?.keys() ?? []),
];

/** A public exponent as a JWK spells it. */
const exponent = (hex: string): string =>
  Buffer.from(hex, "hex").toString("base64url");

describe("a key", () => {
  test("is taken by the members that a verifier reads and no others", () => {
    const jwk = { ...GOOD.jwk, x5c: ["MIID…"], x5t: "x", extra: { a: 1 } };
    expect(selectKeys({ keys: [jwk] })).toEqual(new Map([["key-1", GOOD.jwk]]));
  });

  test.each([
    { name: "without use", change: { use: undefined } },
    { name: "without alg", change: { alg: undefined } },
    { name: "with key_ops that hold verify", change: { key_ops: ["verify"] } },
    { name: "with a kid of 128 characters", change: { kid: "k".repeat(128) } },
    { name: "with an exponent over 65,537", change: { e: exponent("010003") } },
    {
      name: "with a modulus of 16,384 bits",
      change: { n: Buffer.alloc(2_048, 0xff).toString("base64url") },
    },
    {
      name: "with an exponent of 64 bits",
      change: { e: exponent("ffffffffffffffff") },
    },
  ])("is usable $name", ({ change }) => {
    expect(left(change)).toHaveLength(2);
  });

  test.each([
    {
      name: "that is elliptic",
      change: {
        ...generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
          format: "jwk",
        }),
      },
    },
    { name: "that is symmetric", change: { kty: "oct", k: "c2VjcmV0" } },
    { name: "of no type", change: { kty: undefined } },
    { name: "of a type in small letters", change: { kty: "rsa" } },
    { name: "for encryption", change: { use: "enc" } },
    { name: "for a use of null", change: { use: null } },
    { name: "for RS384", change: { alg: "RS384" } },
    { name: "for PS256", change: { alg: "PS256" } },
    { name: "for an alg of null", change: { alg: null } },
    { name: "for signing alone", change: { key_ops: ["sign"] } },
    { name: "for no operation", change: { key_ops: [] } },
    { name: "for an operation that is no list", change: { key_ops: "verify" } },
    { name: "without kid", change: { kid: undefined } },
    { name: "with an empty kid", change: { kid: "" } },
    { name: "with a kid of 129 characters", change: { kid: "k".repeat(129) } },
    { name: "with a blank in its kid", change: { kid: "key 1" } },
    { name: "with a kid that is a number", change: { kid: 1 } },
    { name: "without modulus", change: { n: undefined } },
    { name: "with a modulus that is a list", change: { n: [GOOD.jwk.n] } },
    { name: "with an empty modulus", change: { n: "" } },
    { name: "with a modulus of 1,024 bits", change: { n: WEAK.jwk.n } },
    { name: "with a modulus of 2,040 bits", change: { n: ALMOST.jwk.n } },
    {
      name: "with a modulus of 16,392 bits",
      change: { n: Buffer.alloc(2_049, 0xff).toString("base64url") },
    },
    {
      name: "with an exponent of 65 bits",
      change: {
        e: Buffer.from("010000000000000001", "hex").toString("base64url"),
      },
    },
    { name: "without exponent", change: { e: undefined } },
    { name: "with an exponent that is a number", change: { e: 65_537 } },
    { name: "with the exponent 1", change: { e: exponent("01") } },
    { name: "with the exponent 3", change: { e: exponent("03") } },
    { name: "with the exponent 65,535", change: { e: exponent("ffff") } },
    { name: "with an even exponent", change: { e: exponent("010002") } },
    { name: "with an exponent of nothing", change: { e: "" } },
  ])("is left out, and no other with it, $name", ({ change }) => {
    expect(left(change)).toEqual(["key-2"]);
  });

  test("is left out, and no other with it, when OpenSSL cannot read it", () => {
    const create = vi.spyOn(crypto, "createPublicKey");
    create.mockImplementationOnce(() => {
      throw new Error("error:0480006C");
    });
    syncBuiltinESMExports();
    try {
      expect(left({})).toEqual(["key-2"]);
    } finally {
      create.mockRestore();
      syncBuiltinESMExports();
    }
  });
});

describe("a set", () => {
  test("is read from what an issuer serves", () => {
    expect(parseKeySet(jwksBytes(GOOD, SPARE))).toEqual(
      new Map([
        ["key-1", GOOD.jwk],
        ["key-2", SPARE.jwk],
      ]),
    );
  });

  test("keeps the first of two keys with one kid", () => {
    const impostor = createSigningKey("key-1");
    expect(selectKeys(jwksOf(GOOD, impostor))?.get("key-1")?.n).toBe(
      GOOD.jwk.n,
    );
  });

  test("is not spoiled by members that are no keys", () => {
    const keys = [
      null,
      1,
      "key",
      [GOOD.jwk],
      {},
      { __proto__: GOOD.jwk },
      GOOD.jwk,
    ];
    expect([...(selectKeys({ keys })?.keys() ?? [])]).toEqual(["key-1"]);
  });

  test("is read up to its hundredth member", () => {
    const junk = Array.from({ length: 99 }, () => ({}));
    expect(selectKeys({ keys: [...junk, GOOD.jwk] })?.size).toBe(1);
    expect(selectKeys({ keys: [...junk, {}, GOOD.jwk] })).toBeUndefined();
  });

  test.each([
    { name: "nothing", body: "" },
    { name: "an HTML page", body: "<!doctype html><title>502</title>" },
    {
      name: "JSON that is cut short",
      body: JSON.stringify(jwksOf(GOOD)).slice(0, -1),
    },
    { name: "an empty object", body: "{}" },
    { name: "an empty set", body: '{"keys":[]}' },
    { name: "null keys", body: '{"keys":null}' },
    {
      name: "keys that are an object",
      body: JSON.stringify({ keys: { 0: GOOD.jwk } }),
    },
    { name: "a bare list of keys", body: JSON.stringify([GOOD.jwk]) },
    { name: "a bare key", body: JSON.stringify(GOOD.jwk) },
    {
      name: "keys that are inherited",
      body: `{"__proto__":${JSON.stringify(jwksOf(GOOD))}}`,
    },
    { name: "a set of weak keys alone", body: JSON.stringify(jwksOf(WEAK)) },
    {
      name: "a set behind a byte order mark",
      body: `\uFEFF${JSON.stringify(jwksOf(GOOD))}`,
    },
  ])("is not made of $name", ({ body }) => {
    expect(parseKeySet(Buffer.from(body))).toBeUndefined();
  });
});
