/** Key sets that hold what must not verify a token. */
import { generateKeyPairSync } from "node:crypto";
import { ISSUER, jwksBytes, jwksOf, signingKey } from "../../support/tokens.ts";
import {
  type Attack,
  allowed,
  control,
  couldNotTell,
  refused,
  withToken,
} from "../attack.ts";
import { GLOBEX_ISSUER, HEADER, accessToken } from "../baseline.ts";
import type { KeySetAnswer } from "../deployment.ts";
import { exponentOneToken } from "../forgery.ts";

import {
  exponent3,
  exponent65535,
  lazyKey,
  publish,
  rsa1024,
  rsa2047,
} from "../keys.ts";

/** The good key beside one bad key, whose token is sent. */
function besideGood(
  bad: () => object,
): () => Readonly<Record<string, KeySetAnswer>> {
  return publish(() => ({ keys: [bad(), ...jwksOf(signingKey()).keys] }));
}

const oddKey = (): ReturnType<typeof signingKey> => signingKey("odd-key");
const oddJwk = (changes: object) => () => ({ ...oddKey().jwk, ...changes });
const oddToken = () => accessToken({ key: oddKey() });

/** A key that would verify its token if it were taken. */
const UNFIT_MEMBERS: readonly (readonly [string, object])[] = [
  ["for encryption", { use: "enc" }],
  ["whose use is null", { use: null }],
  ["whose use is a list", { use: ["sig"] }],
  ["for RS384", { alg: "RS384" }],
  ["for RSA-OAEP", { alg: "RSA-OAEP" }],
  ["for none", { alg: "none" }],
  ["whose alg is null", { alg: null }],
  ["whose alg is empty", { alg: "" }],
  ["that only signs", { key_ops: ["sign"] }],
  ["that only wraps", { key_ops: ["wrapKey", "unwrapKey"] }],
  ["that may do nothing", { key_ops: [] }],
  ["whose key_ops are text", { key_ops: "verify" }],
  ["whose key_ops are null", { key_ops: null }],
  ["of the type rsa", { kty: "rsa" }],
  ["of the type EC", { kty: "EC" }],
  ["of no type", { kty: undefined }],
  ["without kid", { kid: undefined }],
  ["whose kid is a list", { kid: ["odd-key"] }],
  ["whose kid is in other letters", { kid: "ODD-KEY" }],
  ["whose modulus is missing", { n: undefined }],
  ["whose modulus is a number", { n: 65_537 }],
  ["whose modulus is a list", { n: ["AQAB"] }],
  ["whose exponent is missing", { e: undefined }],
  ["whose exponent is a number", { e: 65_537 }],
];

const memberAttacks: readonly Attack[] = UNFIT_MEMBERS.map(([what, changes]) =>
  withToken(`does not use a key ${what}`, oddToken, refused("kid_unknown"), {
    deployment: { keySets: besideGood(oddJwk(changes)) },
  }),
);

const ecJwk = (): object => ({
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
    format: "jwk",
  }),
  kid: "odd-key",
  use: "sig",
});

const WEAK_KEYS: readonly (readonly [string, () => object, () => string])[] = [
  ["of 1,024 bits", () => rsa1024().jwk, () => accessToken({ key: rsa1024() })],
  ["of 2,047 bits", () => rsa2047().jwk, () => accessToken({ key: rsa2047() })],
  [
    "with the exponent 3",
    () => exponent3().jwk,
    () => accessToken({ key: exponent3() }),
  ],
  [
    "with the exponent 65,535",
    () => exponent65535().jwk,
    () => accessToken({ key: exponent65535() }),
  ],
  [
    "with the exponent 1, under which anybody can sign",
    oddJwk({ e: "AQ" }),
    () => exponentOneToken({ ...HEADER, kid: "odd-key" }),
  ],
  [
    "of more bits than OpenSSL computes with",
    oddJwk({ n: Buffer.alloc(2_049, 0xff).toString("base64url") }),
    oddToken,
  ],
  [
    "with an exponent of 65 bits",
    oddJwk({
      e: Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 1]).toString("base64url"),
    }),
    oddToken,
  ],
  ["with an even exponent", oddJwk({ e: "AQAC" }), oddToken],
  ["with the exponent 0", oddJwk({ e: "AA" }), oddToken],
  ["of an elliptic curve", ecJwk, oddToken],
  [
    "that is a secret (oct)",
    () => ({ kty: "oct", kid: "odd-key", k: "c2VjcmV0" }),
    oddToken,
  ],
  [
    "of an Edwards curve",
    () => ({
      kty: "OKP",
      crv: "Ed25519",
      kid: "odd-key",
      x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }),
    oddToken,
  ],
  [
    "that is only a certificate",
    oddJwk({ n: undefined, e: undefined, x5c: ["MIIB"] }),
    oddToken,
  ],
  [
    "that is only a URL",
    () => ({ kty: "RSA", kid: "odd-key", x5u: "https://evil.example/" }),
    oddToken,
  ],
];

const weakKeyAttacks: readonly Attack[] = WEAK_KEYS.flatMap(
  ([what, jwk, token]) => [
    withToken(`does not use a key ${what}`, token, refused("kid_unknown"), {
      deployment: { keySets: besideGood(jwk) },
    }),
    control(
      withToken(
        `uses the good key beside one ${what}`,
        () => accessToken(),
        allowed,
        {
          deployment: { keySets: besideGood(jwk) },
        },
      ),
    ),
  ],
);

const goodJwks = (): string => JSON.stringify(jwksOf(signingKey()));

/** Answers that are no key set; with no earlier one, nobody can tell. */
const NO_SETS: readonly (readonly [string, () => KeySetAnswer])[] = [
  ["no keys", () => ({ keys: [] })],
  ["keys null", () => ({ keys: null })],
  ["keys in an object", () => ({ keys: { 0: signingKey().jwk } })],
  ["keys as text", () => ({ keys: goodJwks() })],
  ["no member keys", () => ({ Keys: jwksOf(signingKey()).keys })],
  ["keys inside __proto__", () => Buffer.from(`{"__proto__":${goodJwks()}}`)],
  [
    "a list of keys alone",
    () => Buffer.from(JSON.stringify(jwksOf(signingKey()).keys)),
  ],
  ["one key alone", () => signingKey().jwk],
  ["null", () => Buffer.from("null")],
  ["nothing", () => Buffer.alloc(0)],
  ["HTML", () => Buffer.from("<html><body>Sign in to the Wi-Fi</body></html>")],
  ["JSON cut short", () => Buffer.from(goodJwks().slice(0, -2))],
  ["JSON with something behind it", () => Buffer.from(`${goodJwks()}\u0000`)],
  ["JSON with a byte order mark", () => Buffer.from(`\ufeff${goodJwks()}`)],
  ["UTF-16", () => Buffer.from(goodJwks(), "utf16le")],
  ["nested keys", () => ({ keys: [jwksOf(signingKey()).keys] })],
  ["null keys", () => ({ keys: [null, 1, "key", true, []] })],
  ["a weak key alone", () => jwksOf(rsa1024())],
  [
    "the good keys first and none last",
    () => Buffer.from(`${goodJwks().slice(0, -1)},"keys":[]}`),
  ],
  ["a connection that fails", () => "down"],
];

const setAttacks: readonly Attack[] = [
  ...NO_SETS.map(([what, answer]) =>
    withToken(
      `cannot tell, and does not refuse, when the issuer answers with ${what}`,
      () => accessToken(),
      couldNotTell("keys_unavailable"),
      { deployment: { keySets: publish(answer) } },
    ),
  ),
  ...NO_SETS.map(([what, answer]) =>
    control(
      withToken(
        `goes on with the last good set when the issuer answers with ${what}`,
        () => accessToken(),
        allowed,
        {
          before: ({ keySets, clock }) => {
            keySets.set(ISSUER, answer());
            clock.advance(700);
          },
          // Ten minutes and more later the baseline's token is still good.
        },
      ),
    ),
  ),
];

const fillers = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({
    ...signingKey("filler").jwk,
    kid: `filler-${index}`,
  }));
const stranger = lazyKey("key-1", {});

const crowdAttacks: readonly Attack[] = [
  control(
    withToken("uses the hundredth key", () => accessToken(), allowed, {
      deployment: {
        keySets: publish(() => ({ keys: [...fillers(99), signingKey().jwk] })),
      },
    }),
  ),
  withToken(
    "does not use the hundred and first key",
    () => accessToken(),
    refused("kid_unknown"),
    {
      deployment: {
        keySets: publish(() => ({ keys: [...fillers(100), signingKey().jwk] })),
      },
    },
  ),
  withToken(
    "uses the first of two keys with one kid: a stranger's second key verifies nothing",
    () => accessToken({ key: stranger() }),
    refused("signature_invalid"),
    {
      deployment: { keySets: publish(() => jwksOf(signingKey(), stranger())) },
    },
  ),
  control(
    withToken(
      "uses the first of two keys with one kid: the issuer's own token goes on",
      () => accessToken(),
      allowed,
      {
        deployment: {
          keySets: publish(() => jwksOf(signingKey(), stranger())),
        },
      },
    ),
  ),
  control(
    withToken(
      "uses the second of two keys with one kid when the first is unfit",
      () => accessToken(),
      allowed,
      {
        deployment: {
          keySets: publish(() => ({
            keys: [{ ...stranger().jwk, use: "enc" }, signingKey().jwk],
          })),
        },
      },
    ),
  ),
  control(
    withToken(
      "uses a key without use, alg and key_ops",
      () => accessToken(),
      allowed,
      {
        deployment: {
          keySets: publish(() => ({
            keys: [{ ...signingKey().jwk, use: undefined, alg: undefined }],
          })),
        },
      },
    ),
  ),
  {
    ...withToken(
      "still uses a key whose private half the issuer has published",
      () => accessToken(),
      allowed,
      {
        deployment: {
          keySets: publish(() => ({
            keys: [
              {
                ...signingKey().privateKey.export({ format: "jwk" }),
                kid: "key-1",
              },
            ],
          })),
        },
      },
    ),
    kind: "limit",
  },
];

const twoIssuers = {
  env: { AUTH0_ISSUERS: `${ISSUER},${GLOBEX_ISSUER}` },
  record: { issuer: { S: ISSUER } },
};
const sameKid = lazyKey("key-1", {});

const issuerAttacks: readonly Attack[] = [
  withToken(
    "looks a kid up at the token's own issuer alone, when two issuers share the kid",
    () => accessToken({ key: sameKid() }),
    refused("signature_invalid"),
    {
      deployment: {
        ...twoIssuers,
        keySets: () => ({ [GLOBEX_ISSUER]: jwksBytes(sameKid()) }),
      },
    },
  ),
  withToken(
    "looks a kid up at the token's own issuer alone, when only the other publishes it",
    () => accessToken({ key: signingKey("key-2") }),
    refused("kid_unknown"),
    {
      deployment: {
        ...twoIssuers,
        keySets: () => ({ [GLOBEX_ISSUER]: jwksBytes(signingKey("key-2")) }),
      },
    },
  ),
  control(
    withToken(
      "does not need the other issuer's keys",
      () => accessToken(),
      allowed,
      {
        deployment: {
          ...twoIssuers,
          keySets: () => ({ [GLOBEX_ISSUER]: "down" }),
        },
      },
    ),
  ),
];

export const keySetTricks: readonly Attack[] = [
  ...memberAttacks,
  ...weakKeyAttacks,
  ...setAttacks,
  ...crowdAttacks,
  ...issuerAttacks,
];
