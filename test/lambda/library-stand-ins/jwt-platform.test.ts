/** Our layer beside the one that aws-jwt-verify brings: it must say the same of every signature that comes this far. */
import { createPublicKey } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { nodeWebCompat } from "../../../lambda/library-stand-ins/jwt-platform.ts";
import { createSigningKey, signAccessToken } from "../../support/tokens.ts";

const library = (
  (await import(
    fileURLToPath(
      new URL("node-web-compat-node.js", import.meta.resolve("aws-jwt-verify")),
    )
  )) as { readonly nodeWebCompat: typeof nodeWebCompat }
).nodeWebCompat;

const key = createSigningKey("key-1");
const other = createSigningKey("key-1");
const [header = "", payload = "", signature = ""] = signAccessToken({
  key,
}).split(".");
const GOOD = {
  alg: "RS256",
  keyObject: createPublicKey({ key: key.jwk, format: "jwk" }),
  jwsSigningInput: `${header}.${payload}`,
  signature,
};

function flipped(text: string, index: number): string {
  const bytes = Buffer.from(text, "base64url");
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return bytes.toString("base64url");
}

test("has every member of the library's, so that an upgrade cannot pass it by", () => {
  expect(Object.keys(nodeWebCompat).sort()).toEqual(
    Object.keys(library).sort(),
  );
});

describe("a signature", () => {
  test("is good when the key has made it over these bytes", () => {
    expect(nodeWebCompat.verifySignatureSync(GOOD)).toBe(true);
    expect(library.verifySignatureSync(GOOD)).toBe(true);
  });

  test.each([
    { name: "its first byte", change: { signature: flipped(signature, 0) } },
    { name: "its last byte", change: { signature: flipped(signature, 255) } },
    { name: "a byte too few", change: { signature: signature.slice(0, -2) } },
    { name: "bytes too many", change: { signature: `${signature}AAAA` } },
    { name: "nothing in it", change: { signature: "" } },
    { name: "zeros only", change: { signature: "A".repeat(342) } },
    {
      name: "another payload",
      change: { jwsSigningInput: `${header}.${flipped(payload, 9)}` },
    },
    { name: "no payload", change: { jwsSigningInput: `${header}.` } },
    { name: "nothing signed", change: { jwsSigningInput: "" } },
    {
      name: "another key",
      change: {
        keyObject: createPublicKey({ key: other.jwk, format: "jwk" }),
      },
    },
  ])("is bad with $name", ({ change }) => {
    expect(nodeWebCompat.verifySignatureSync({ ...GOOD, ...change })).toBe(
      false,
    );
    expect(library.verifySignatureSync({ ...GOOD, ...change })).toBe(false);
  });

  test.each(["RS384", "RS512", "ES256", "EdDSA", "none", ""])(
    "is not judged by the algorithm %j",
    (alg) => {
      expect(() => nodeWebCompat.verifySignatureSync({ ...GOOD, alg })).toThrow(
        "RS256 alone",
      );
    },
  );
});

test("text is read as the library reads it", () => {
  for (const text of [header, payload, "", "4pyT", "_-8"]) {
    expect(nodeWebCompat.parseB64UrlString(text)).toBe(
      library.parseB64UrlString(text),
    );
  }
});

test("a key is the one in the JWK", () => {
  const { jwk } = key;
  expect(
    nodeWebCompat.transformJwkToKeyObjectSync(jwk).equals(GOOD.keyObject),
  ).toBe(true);
  expect(
    nodeWebCompat.transformJwkToKeyObjectSync(other.jwk).equals(GOOD.keyObject),
  ).toBe(false);
});

test.each([
  "fetch",
  "setTimeoutUnref",
  "transformJwkToKeyObjectAsync",
  "transformPemToJwk",
  "verifySignatureAsync",
] as const)("%s is left out, and says so", (name) => {
  expect(nodeWebCompat[name]).toThrow("left out of this bundle");
});
