/** Tokens that an attacker can make of one good token and of what everybody may read. */
import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import {
  isJsonObject,
  own,
  type JsonObject,
} from "../../../lambda/core/json.ts";
import { assemble, encodePart, rs256, type TokenParts } from "./token-parts.ts";

export interface Forgery {
  readonly name: string;
  readonly token: string;
}

/** Without a signature, or with one that a reader of `none` would not look at. */
export function unsignedForgeries(parts: TokenParts): readonly Forgery[] {
  const { header, claims, signature } = parts.text;
  const none = (alg: string, end: string): string =>
    `${encodePart({ ...parts.header, alg })}.${claims}.${end}`;
  const [first = ""] = signature;
  return [
    { name: "signature cut off", token: `${header}.${claims}` },
    { name: "empty signature", token: `${header}.${claims}.` },
    { name: "one byte of signature", token: `${header}.${claims}.AA` },
    {
      name: "signature altered",
      token: `${header}.${claims}.${first === "A" ? "B" : "A"}${signature.slice(1)}`,
    },
    ...["none", "None", "NONE", "nOnE"].flatMap((alg) => [
      { name: `alg ${alg}, no signature`, token: none(alg, "") },
      { name: `alg ${alg}, the old signature`, token: none(alg, signature) },
    ]),
  ];
}

/** Header or claims changed, under the old signature. */
export function changedForgeries(
  parts: TokenParts,
  foreign: TokenParts,
): readonly Forgery[] {
  const { signature } = parts.text;
  const keep = (): string => signature;
  const exp = Number(own(parts.claims, "exp"));
  return [
    {
      name: "another tenant's claims under the old signature",
      token: `${parts.text.header}.${foreign.text.claims}.${signature}`,
    },
    {
      name: "exp a day later",
      token: assemble(parts, { claims: { exp: exp + 86_400 } }, keep),
    },
    {
      name: "a scope and a permission more",
      token: assemble(
        parts,
        { claims: { scope: "admin", permissions: ["admin"] } },
        keep,
      ),
    },
    {
      name: "another kid",
      token: assemble(parts, { header: { kid: "verify-probe" } }, keep),
    },
    {
      name: "kid with a path",
      token: assemble(parts, { header: { kid: "../../dev/null" } }, keep),
    },
  ];
}

/** Truly signed, by a key that no issuer has. */
export function ownKeyForgeries(parts: TokenParts): readonly Forgery[] {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
  });
  const jwk = publicKey.export({ format: "jwk" });
  const kid = own(parts.header, "kid");
  const signed = (header: object, claims: object = {}): string =>
    assemble(parts, { header, claims }, rs256(privateKey));
  return [
    { name: "our key under the issuer's kid", token: signed({}) },
    {
      name: "our key under a kid of ours",
      token: signed({ kid: "verify-key" }),
    },
    {
      name: "our key in the header's jwk",
      token: signed({ jwk: { ...jwk, kid, alg: "RS256", use: "sig" } }),
    },
    {
      // A name that no resolver knows (RFC 2606 §2).
      name: "our key set in the header's jku",
      token: signed({
        jku: "https://verify.invalid/jwks.json",
        kid: "verify-key",
      }),
    },
    {
      name: "another issuer, our key",
      token: signed({ kid: "verify-key" }, { iss: "https://verify.invalid/" }),
    },
    {
      name: "another issuer under the issuer's kid, our key",
      token: signed({}, { iss: "https://verify.invalid/" }),
    },
  ];
}

/** HMAC with what is public as the secret (RFC 8725 §2.1). */
export function publicKeyForgeries(
  parts: TokenParts,
  keySet: JsonObject,
): readonly Forgery[] {
  const keys = own(keySet, "keys");
  const jwk = (Array.isArray(keys) ? keys : [])
    .filter(isJsonObject)
    .find((key) => own(key, "kid") === own(parts.header, "kid"));
  if (jwk === undefined) return [];
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const pem = key.export({ format: "pem", type: "spki" }).toString();
  const secrets: Readonly<Record<string, string | Buffer>> = {
    PEM: pem,
    "PEM without its last line break": pem.trimEnd(),
    "PKCS #1 PEM": key.export({ format: "pem", type: "pkcs1" }),
    DER: key.export({ format: "der", type: "spki" }),
    JWK: JSON.stringify(jwk),
    modulus: Buffer.from(String(own(jwk, "n")), "base64url"),
  };
  return Object.entries(secrets).flatMap(([name, secret]) =>
    (["HS256", "HS512"] as const).map((alg) => ({
      name: `${alg} with the issuer's public key as ${name}`,
      token: assemble(parts, { header: { alg } }, (input) =>
        createHmac(alg === "HS256" ? "sha256" : "sha512", secret)
          .update(input)
          .digest("base64url"),
      ),
    })),
  );
}
