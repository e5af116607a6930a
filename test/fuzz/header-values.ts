/** Values that header members are changed to. */
import { json } from "./draft.ts";
import type { Draw } from "./values.ts";

const key: Draw = (random) =>
  json(
    random.pick([
      "key-1",
      "key-2",
      "key-3",
      "bare",
      "twin",
      "weak",
      "encryption",
      "rs512",
      "sign-only",
      "secret",
      "KEY-1",
      "key-1 ",
      "key-1\n",
      "key-1\u0000",
      "ключ",
      "k".repeat(128),
      "k".repeat(129),
      "../key-1",
      "__proto__",
      "constructor",
      ["key-1"],
    ]),
  );

const type: Draw = (random) =>
  json(
    random.pick([
      "JWT",
      "at+jwt",
      "jwt",
      "AT+JWT",
      "at+JWT",
      "application/at+jwt",
      "JWT ",
      "dpop+jwt",
      "logout+jwt",
      "secevent+jwt",
      "JWE",
      ["JWT"],
    ]),
  );

const algorithm: Draw = (random) =>
  json(
    random.pick([
      "RS256",
      "RS384",
      "RS512",
      "PS256",
      "HS256",
      "ES256",
      "EdDSA",
      "none",
      "rs256",
      "RS256 ",
      ["RS256"],
    ]),
  );

/** Members that a verifier may listen to, and some that it must not. */
export const HEADER: readonly (readonly [string, Draw])[] = [
  ["alg", algorithm],
  ["typ", type],
  ["kid", key],
  ["crit", (random) => json(random.pick([["b64"], ["exp"], [], null, "b64"]))],
  ["b64", (random) => json(random.pick([true, false, null, 0]))],
  ["cty", () => json("JWT")],
  ["zip", () => json("DEF")],
  ["enc", () => json("A256GCM")],
  ["jku", () => json("https://evil.example/jwks.json")],
  ["jwk", () => json({ kty: "RSA", n: "AQAB", e: "AQAB" })],
  ["x5c", () => json(["MIIB"])],
  ["__proto__", () => json({ alg: "none", crit: ["exp"] })],
];
