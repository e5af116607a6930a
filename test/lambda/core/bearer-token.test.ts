import { describe, expect, test } from "vitest";
import { parseBearerToken } from "../../../lambda/core/bearer-token.ts";
import {
  ISSUER,
  NOW,
  accessTokenClaims,
  encodePart,
  macToken,
  signAccessToken,
  signInput,
  signToken,
  signingKey,
} from "../../support/tokens.ts";

const ISSUERS = new Set([ISSUER, "https://login.acme.com/"]);
const HEADER = { alg: "RS256", typ: "JWT", kid: "key-1" };
const TOKEN = signAccessToken();
const [HEADER_PART = "", PAYLOAD_PART = "", SIGNATURE_PART = ""] =
  TOKEN.split(".");

const parse = (authorization: string): unknown =>
  parseBearerToken(authorization, ISSUERS);
const parseToken = (token: string): unknown => parse(`Bearer ${token}`);

/** A good token of exactly this many bytes. */
function tokenOfLength(length: number): string {
  for (const filling of ["", "x", "xx"]) {
    const header = encodePart({ ...HEADER, filling });
    const left = length - header.length - 2 - SIGNATURE_PART.length;
    if (left % 4 === 1) continue;
    const bytes = Math.floor((left * 3) / 4);
    const bare = JSON.stringify(accessTokenClaims({ padding: "" })).length;
    const payload = accessTokenClaims({ padding: "x".repeat(bytes - bare) });
    return signInput(`${header}.${encodePart(payload)}`);
  }
  throw new Error("no such length");
}

/** A payload part that decodes to the same bytes by another last character. */
function respelled(part: string): string {
  const alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(part.slice(-1));
  return part.slice(0, -1) + (alphabet[last + 1] ?? "");
}

describe("a token that may go on", () => {
  test("is handed on with its kid, type and issuer", () => {
    expect(parse(`Bearer ${TOKEN}`)).toEqual({
      ok: true,
      value: { token: TOKEN, kid: "key-1", type: "JWT", issuer: ISSUER },
    });
  });

  test.each([
    { name: "with the scheme in small letters", header: `bearer ${TOKEN}` },
    { name: "with the scheme in capitals", header: `BEARER ${TOKEN}` },
    { name: "of 8,192 bytes", header: `Bearer ${tokenOfLength(8_192)}` },
    {
      name: "without typ",
      header: `Bearer ${signAccessToken({ header: { typ: undefined } })}`,
    },
    {
      name: "with a kid of 128 characters",
      header: `Bearer ${signAccessToken({ header: { kid: "k".repeat(128) } })}`,
    },
    {
      name: "whose kid has every kind of plain character",
      header: `Bearer ${signAccessToken({ header: { kid: "!a~0/+=" } })}`,
    },
    {
      name: "from another of our issuers",
      header: `Bearer ${signAccessToken({ claims: { iss: "https://login.acme.com/" } })}`,
    },
    {
      name: "without any time claim",
      header: `Bearer ${signAccessToken({ claims: { exp: undefined, iat: undefined } })}`,
    },
    {
      name: "whose times are the last that a date can hold",
      header: `Bearer ${signAccessToken({ claims: { exp: 8.64e12, nbf: -8.64e12 } })}`,
    },
    {
      name: "whose payload nests 64 levels deep",
      header: `Bearer ${signToken(HEADER, payloadOfDepth(64))}`,
    },
    {
      name: "whose header nests 64 levels deep",
      header: `Bearer ${signToken({ ...HEADER, x: JSON.parse(deepArray(63)) as unknown }, accessTokenClaims())}`,
    },
    {
      name: "whose signature is not true, which is for the key to say",
      header: `Bearer ${HEADER_PART}.${PAYLOAD_PART}.${"A".repeat(342)}`,
    },
    {
      name: "with a header that we do not use",
      header: `Bearer ${signAccessToken({ header: { jku: "https://evil.example/", x5t: "x" } })}`,
    },
  ])("may be one $name", ({ header }) => {
    expect(parse(header)).toMatchObject({ ok: true });
  });

  test("is of the type at+jwt when its header says so", () => {
    expect(
      parseToken(signAccessToken({ header: { typ: "at+jwt" } })),
    ).toMatchObject({ value: { type: "at+jwt" } });
  });
});

function deepArray(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

function payloadOfDepth(levels: number): string {
  const claims = JSON.stringify(accessTokenClaims());
  return `${claims.slice(0, -1)},"deep":${deepArray(levels - 1)}}`;
}

describe("authorization_malformed", () => {
  test.each([
    { name: "an empty header", header: "" },
    { name: "a bare token", header: TOKEN },
    { name: "the scheme alone", header: "Bearer" },
    { name: "another scheme", header: `Basic ${TOKEN}` },
    { name: "the DPoP scheme", header: `DPoP ${TOKEN}` },
    { name: "a blank before the scheme", header: ` Bearer ${TOKEN}` },
    { name: "a tab after the scheme", header: `Bearer\t${TOKEN}` },
    { name: "a line break after the scheme", header: `Bearer\n${TOKEN}` },
    { name: "no blank after the scheme", header: `Bearer${TOKEN}` },
    { name: "a colon after the scheme", header: `Bearer: ${TOKEN}` },
    {
      name: "a no-break space after the scheme",
      header: `Bearer\u00a0${TOKEN}`,
    },
  ])("refuses $name", ({ header }) => {
    expect(parse(header)).toEqual({
      ok: false,
      reason: "authorization_malformed",
    });
  });
});

const CASES: readonly {
  readonly reason: string;
  readonly cases: readonly { readonly name: string; readonly token: string }[];
}[] = [
  {
    reason: "token_too_large",
    cases: [
      { name: "8,193 bytes", token: tokenOfLength(8_193) },
      { name: "a megabyte", token: "x".repeat(1_000_000) },
    ],
  },
  {
    reason: "token_encrypted",
    cases: [
      { name: "five parts", token: `${HEADER_PART}.a.b.c.d` },
      { name: "five empty parts", token: "...." },
    ],
  },
  {
    reason: "token_malformed",
    cases: [
      { name: "no token", token: "" },
      {
        name: "an opaque token",
        token: "vF9dft4qmTc2Nvb3RlckBhdHRhbGJhdHRhbGEuY29t",
      },
      { name: "two parts", token: `${HEADER_PART}.${PAYLOAD_PART}` },
      { name: "four parts", token: `${TOKEN}.AAAA` },
      { name: "six parts", token: `${TOKEN}.AAAA.AAAA.AAAA` },
      { name: "thousands of parts", token: ".".repeat(8_000) },
      {
        name: "a header that is no JSON",
        token: signToken("alg=RS256", accessTokenClaims()),
      },
      {
        name: "a header that is an array",
        token: signToken([HEADER], accessTokenClaims()),
      },
      {
        name: "a header that is null",
        token: signToken("null", accessTokenClaims()),
      },
      {
        name: "a header with a byte order mark",
        token: signToken(
          `\uFEFF${JSON.stringify(HEADER)}`,
          accessTokenClaims(),
        ),
      },
      { name: "a payload that is no JSON", token: signToken(HEADER, "iss") },
      {
        name: "a payload that is a string",
        token: signToken(HEADER, '"claims"'),
      },
      {
        name: "a payload with text after the claims",
        token: signToken(HEADER, `${JSON.stringify(accessTokenClaims())}x`),
      },
      {
        name: "a payload that is not UTF-8",
        token: signToken(
          HEADER,
          Buffer.from(
            JSON.stringify(accessTokenClaims({ name: "Zoë" })),
            "latin1",
          ),
        ),
      },
    ],
  },
  {
    reason: "token_not_canonical",
    cases: [
      { name: "two blanks after the scheme", token: ` ${TOKEN}` },
      { name: "a blank at its end", token: `${TOKEN} ` },
      { name: "a line break at its end", token: `${TOKEN}\n` },
      { name: "a NUL at its end", token: `${TOKEN}\0` },
      {
        name: "a comma and a second scheme at its end",
        token: `${TOKEN},Bearer`,
      },
      { name: "no header", token: `.${PAYLOAD_PART}.${SIGNATURE_PART}` },
      { name: "no payload", token: `${HEADER_PART}..${SIGNATURE_PART}` },
      { name: "no signature", token: `${HEADER_PART}.${PAYLOAD_PART}.` },
      {
        name: "padding after the header",
        token: `${encodePart({ ...HEADER, x: 1 })}=.${PAYLOAD_PART}.${SIGNATURE_PART}`,
      },
      { name: "padding after the signature", token: `${TOKEN}==` },
      {
        name: "a plus sign",
        token: `${HEADER_PART}.${PAYLOAD_PART}.+${SIGNATURE_PART.slice(1)}`,
      },
      {
        name: "a slash",
        token: `${HEADER_PART}.${PAYLOAD_PART}./${SIGNATURE_PART.slice(1)}`,
      },
      {
        name: "a percent code",
        token: `${HEADER_PART}.${PAYLOAD_PART}.%41${SIGNATURE_PART.slice(3)}`,
      },
      {
        name: "a letter outside ASCII",
        token: `${HEADER_PART}.${PAYLOAD_PART}.é${SIGNATURE_PART.slice(1)}`,
      },
      {
        name: "a signature of an impossible length",
        token: `${HEADER_PART}.${PAYLOAD_PART}.AAAAA`,
      },
      {
        name: "another spelling of the signature's last byte (two characters over)",
        token: `${HEADER_PART}.${PAYLOAD_PART}.${respelled(SIGNATURE_PART)}`,
      },
      {
        name: "another spelling of the header's last byte (three characters over)",
        token: `${respelled(encodePart(`${JSON.stringify(HEADER)}${" ".repeat((5 - (JSON.stringify(HEADER).length % 3)) % 3)}`))}.${PAYLOAD_PART}.${SIGNATURE_PART}`,
      },
    ],
  },
  {
    reason: "json_too_deep",
    cases: [
      {
        name: "a payload of 65 levels",
        token: signToken(HEADER, payloadOfDepth(65)),
      },
      {
        name: "a payload of 2,000 levels",
        token: signToken(HEADER, payloadOfDepth(2_000)),
      },
      {
        name: "a header of 65 levels",
        token: signToken(
          { ...HEADER, x: JSON.parse(deepArray(64)) as unknown },
          accessTokenClaims(),
        ),
      },
    ],
  },
  {
    reason: "algorithm_not_allowed",
    cases: [
      ...[
        "none",
        "None",
        "HS256",
        "RS384",
        "RS512",
        "PS256",
        "ES256",
        "EdDSA",
        "rs256",
        "RS256 ",
        "",
        null,
        1,
        ["RS256"],
        { 0: "RS256" },
      ].map((alg) => ({
        name: `alg ${JSON.stringify(alg)}`,
        token: signAccessToken({ header: { alg } }),
      })),
      {
        name: "no alg",
        token: signAccessToken({ header: { alg: undefined } }),
      },
      {
        name: "an alg that is inherited",
        token: signToken(
          '{"__proto__":{"alg":"RS256"},"typ":"JWT","kid":"key-1"}',
          accessTokenClaims(),
        ),
      },
      {
        name: "a MAC whose secret is the public key",
        token: macToken(
          { ...HEADER, alg: "HS256" },
          accessTokenClaims(),
          JSON.stringify(signingKey().jwk),
        ),
      },
    ],
  },
  {
    reason: "type_not_allowed",
    cases: [
      "jwt",
      "JWT ",
      "at+JWT",
      "AT+JWT",
      "application/at+jwt",
      "dpop+jwt",
      "logout+jwt",
      "JWE",
      "",
      null,
      1,
      ["JWT"],
    ].map((typ) => ({
      name: `typ ${JSON.stringify(typ)}`,
      token: signAccessToken({ header: { typ } }),
    })),
  },
  {
    reason: "critical_header",
    cases: [
      { name: "crit", token: signAccessToken({ header: { crit: ["exp"] } }) },
      {
        name: "an empty crit",
        token: signAccessToken({ header: { crit: [] } }),
      },
      {
        name: "a crit of null",
        token: signAccessToken({ header: { crit: null } }),
      },
      { name: "b64 false", token: signAccessToken({ header: { b64: false } }) },
      { name: "b64 true", token: signAccessToken({ header: { b64: true } }) },
    ],
  },
  {
    reason: "kid_malformed",
    cases: [
      {
        name: "no kid",
        token: signAccessToken({ header: { kid: undefined } }),
      },
      ...[
        "",
        "k".repeat(129),
        "key 1",
        "key-1\n",
        "key-1\0",
        "schlüssel",
        null,
        1,
        ["key-1"],
        {},
      ].map((kid) => ({
        name: `kid ${JSON.stringify(kid).slice(0, 20)}`,
        token: signAccessToken({ header: { kid } }),
      })),
    ],
  },
  {
    reason: "issuer_not_allowed",
    cases: [
      {
        name: "no iss",
        token: signAccessToken({ claims: { iss: undefined } }),
      },
      ...[
        "https://evil.example/",
        ISSUER.slice(0, -1),
        `${ISSUER}/`,
        `${ISSUER} `,
        ISSUER.toUpperCase(),
        ISSUER.replace("https", "http"),
        `${ISSUER}.evil.example/`,
        "",
        null,
        1,
        [ISSUER],
        { [ISSUER]: 1 },
      ].map((iss) => ({
        name: `iss ${JSON.stringify(iss)}`,
        token: signAccessToken({ claims: { iss } }),
      })),
      {
        name: "an iss that is inherited",
        token: signToken(
          HEADER,
          `{"__proto__":{"iss":"${ISSUER}"},"exp":${NOW + 60}}`,
        ),
      },
      {
        name: "a second iss that is another's",
        token: signToken(
          HEADER,
          `{"iss":"${ISSUER}","iss":"https://evil.example/"}`,
        ),
      },
    ],
  },
  {
    reason: "time_claim_malformed",
    cases: ["exp", "iat", "nbf"].flatMap((claim) => [
      ...[String(NOW), null, true, [NOW], {}].map((value) => ({
        name: `${claim} ${JSON.stringify(value)}`,
        token: signAccessToken({ claims: { [claim]: value } }),
      })),
      {
        name: `${claim} beyond any date`,
        token: signAccessToken({ claims: { [claim]: 8.64e12 + 1 } }),
      },
      {
        name: `${claim} before any date`,
        token: signAccessToken({ claims: { [claim]: -8.64e12 - 1 } }),
      },
      {
        name: `${claim} 1e300`,
        token: signAccessToken({ claims: { [claim]: 1e300 } }),
      },
      {
        name: `${claim} 1e400, which JSON reads as Infinity`,
        token: signToken(HEADER, `{"iss":"${ISSUER}","${claim}":1e400}`),
      },
    ]),
  },
];

describe.each(CASES)("$reason", ({ reason, cases }) => {
  test.each(cases)("refuses $name", ({ token }) => {
    expect(parseToken(token)).toEqual({ ok: false, reason });
  });
});

test("has one spelling for each token: no other character at its end is accepted", () => {
  const alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const bytes = Buffer.from(SIGNATURE_PART, "base64url");
  const spellings = Array.from(alphabet)
    .map((last) => SIGNATURE_PART.slice(0, -1) + last)
    .filter((part) => Buffer.from(part, "base64url").equals(bytes));
  expect(spellings.length).toBeGreaterThan(1);
  const accepted = spellings.filter(
    (part) =>
      parseBearerToken(`Bearer ${HEADER_PART}.${PAYLOAD_PART}.${part}`, ISSUERS)
        .ok,
  );
  expect(accepted).toEqual([SIGNATURE_PART]);
});
