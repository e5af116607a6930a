/** Claim confusion, first part: issuer, audience, times and subject. */
import { AUDIENCE, CLIENT_ID, ISSUER, NOW } from "../../support/tokens.ts";
import {
  type Attack,
  type Expected,
  allowed,
  control,
  refused,
  withToken,
} from "../attack.ts";
import { claimsJson, claiming, payloadText } from "../baseline.ts";

const ISSUERS: readonly unknown[] = [
  "https://acme.eu.auth0.com",
  "https://acme.eu.auth0.com//",
  "https://ACME.eu.auth0.com/",
  "HTTPS://acme.eu.auth0.com/",
  "http://acme.eu.auth0.com/",
  "https://acme.eu.auth0.com:443/",
  "https://acme.eu.auth0.com:8443/",
  "https://acme.eu.auth0.com./",
  "https://acme.eu.auth0.com/ ",
  " https://acme.eu.auth0.com/",
  "https://acme.eu.auth0.com/\u0000",
  "https://acme.eu.auth0.com/.",
  "https://acme.eu.auth0.com/x/../",
  "https://acme.eu.auth0.com/?x",
  "https://acme.eu.auth0.com/#x",
  "https://acme.eu.auth0.com.evil.example/",
  "https://evil.example/acme.eu.auth0.com/",
  "https://acme.eu.auth0.com@evil.example/",
  "https://user@acme.eu.auth0.com/",
  "https://evil.eu.auth0.com/",
  "https://eu.auth0.com/",
  "https://аcme.eu.auth0.com/",
  "https://xn--cme-6cd.eu.auth0.com/",
  "https://acme%2Eeu.auth0.com/",
  "https://acme.us.auth0.com/",
  "acme.eu.auth0.com",
  "",
  "__proto__",
  [ISSUER],
  { 0: ISSUER },
  null,
  true,
  1,
];

const AUDIENCES: readonly (readonly [string, unknown])[] = [
  ["that is missing", undefined],
  ["that is empty text", ""],
  ["that is an empty list", []],
  ["of another API", "https://other-api.acme.com"],
  ["of two other APIs", ["https://other-api.acme.com", `${ISSUER}userinfo`]],
  ["of userinfo alone", `${ISSUER}userinfo`],
  ["of Auth0's management API", `${ISSUER}api/v2/`],
  ["that is the application, as in an ID token", CLIENT_ID],
  ["with a slash more", `${AUDIENCE}/`],
  ["cut by a character", AUDIENCE.slice(0, -1)],
  ["continued", `${AUDIENCE}.evil.example`],
  ["in capitals", AUDIENCE.toUpperCase()],
  ["with a space before it", ` ${AUDIENCE}`],
  ["with a newline after it", `${AUDIENCE}\n`],
  ["two in one text", `https://other-api.acme.com ${AUDIENCE}`],
  ["two in one text, by a comma", `${AUDIENCE},https://other-api.acme.com`],
  ["that is a JSON list as text", JSON.stringify([AUDIENCE])],
  ["of an asterisk", "*"],
  ["with a lookalike letter", AUDIENCE.replace("a", "а")],
  ["that is the name of a member of all objects", "constructor"],
];

const MALFORMED_AUDIENCES: readonly unknown[] = [
  null,
  true,
  1,
  { 0: AUDIENCE, length: 1 },
  [[AUDIENCE]],
  [{ aud: AUDIENCE }],
  [AUDIENCE, null],
  [AUDIENCE, 1],
];

const audienceAttacks: readonly Attack[] = [
  control(
    withToken(
      "takes an audience as text",
      claiming({ aud: AUDIENCE }),
      allowed,
    ),
  ),
  control(
    withToken(
      "takes an audience beside others",
      claiming({ aud: ["https://other-api.acme.com", AUDIENCE] }),
      allowed,
    ),
  ),
  ...AUDIENCES.map(([what, aud]) =>
    withToken(
      `refuses an audience ${what}`,
      claiming({ aud }),
      refused("audience_mismatch"),
    ),
  ),
  ...MALFORMED_AUDIENCES.map((aud) =>
    withToken(
      `refuses the audience ${JSON.stringify(aud)}`,
      claiming({ aud }),
      refused("claim_malformed"),
    ),
  ),
];

const NOT_DATES: readonly unknown[] = [
  null,
  true,
  "",
  String(NOW + 3_600),
  "NaN",
  "Infinity",
  "2027-01-15T08:00:00Z",
  [NOW + 3_600],
  { seconds: NOW + 3_600 },
  1e300,
  -1e300,
  8.64e12 + 1,
];

const TIMES: readonly (readonly [string, object, Expected])[] = [
  ["exp missing", { exp: undefined }, refused("expiry_missing")],
  ["iat missing", { iat: undefined }, refused("issued_at_missing")],
  [
    "exp 5 s ago, the tolerance used up",
    { exp: NOW - 5 },
    refused("token_expired"),
  ],
  ["exp 6 s ago", { exp: NOW - 6 }, refused("token_expired")],
  ["exp 0", { exp: 0 }, refused("token_expired")],
  ["exp -0", { exp: -0 }, refused("token_expired")],
  ["a negative exp", { exp: -NOW }, refused("token_expired")],
  [
    "exp in milliseconds",
    { exp: NOW * 1_000 },
    refused("lifetime_not_allowed"),
  ],
  [
    "the last exp that is a date",
    { exp: 8.64e12 },
    refused("lifetime_not_allowed"),
  ],
  ["exp equal to iat", { iat: NOW, exp: NOW }, refused("lifetime_not_allowed")],
  [
    "exp before iat",
    { iat: NOW + 3, exp: NOW + 2 },
    refused("lifetime_not_allowed"),
  ],
  [
    "a lifetime of 30 days and a second",
    { exp: NOW - 60 + 2_592_001 },
    refused("lifetime_not_allowed"),
  ],
  ["iat 6 s ahead", { iat: NOW + 6 }, refused("issued_in_future")],
  ["iat in milliseconds", { iat: NOW * 1_000 }, refused("issued_in_future")],
  ["iat at the epoch", { iat: 0 }, refused("lifetime_not_allowed")],
  ["a negative iat", { iat: -1 }, refused("lifetime_not_allowed")],
  ["nbf 6 s ahead", { nbf: NOW + 6 }, refused("token_not_yet_valid")],
  ["nbf in milliseconds", { nbf: NOW * 1_000 }, refused("token_not_yet_valid")],
];

const TIME_CONTROLS: readonly (readonly [string, object])[] = [
  ["exp 4 s ago, inside the tolerance", { exp: NOW - 4 }],
  ["exp with a fraction", { exp: NOW + 60.5 }],
  ["a lifetime of 30 days", { exp: NOW - 60 + 2_592_000 }],
  ["iat 5 s ahead", { iat: NOW + 5 }],
  ["nbf 5 s ahead", { nbf: NOW + 5 }],
  ["nbf at the epoch", { nbf: 0 }],
];

const timeAttacks: readonly Attack[] = [
  ...TIME_CONTROLS.map(([what, claims]) =>
    control(
      withToken(`takes a token with ${what}`, claiming({ ...claims }), allowed),
    ),
  ),
  ...TIMES.map(([what, claims, expected]) =>
    withToken(
      `refuses a token with ${what}`,
      claiming({ ...claims }),
      expected,
    ),
  ),
  ...["exp", "iat", "nbf"].flatMap((name) => [
    ...NOT_DATES.map((value) =>
      withToken(
        `refuses the ${name} ${JSON.stringify(value)}`,
        claiming({ [name]: value }),
        refused("time_claim_malformed"),
      ),
    ),
    withToken(
      `refuses the ${name} 1e999, which JSON reads as infinite`,
      payloadText(
        `${claimsJson({ [name]: undefined }).slice(0, -1)},"${name}":1e999}`,
      ),
      refused("time_claim_malformed"),
    ),
  ]),
  withToken(
    "takes __proto__ for a member like any other: an exp inside is no exp",
    payloadText(
      claimsJson({ exp: undefined }).replace(
        "{",
        `{"__proto__":{"exp":${NOW + 3_600}},`,
      ),
    ),
    refused("expiry_missing"),
  ),
];

const SUBJECTS: readonly (readonly [string, unknown])[] = [
  ["of 256 characters", `auth0|${"x".repeat(250)}`],
  ["with a letter outside ASCII", "auth0|zoë"],
  ["with an emoji", "auth0|🦊"],
  ["with a right-to-left override", "auth0|\u202egpj"],
  ["with a space before it", " auth0|1"],
  ["with a space after it", "auth0|1 "],
  ["of spaces", "   "],
  ["with a tab", "auth0|\t1"],
  ["with a newline after it", "auth0|1\n"],
  ["with a header behind it", "auth0|1\r\nX-Tenant-Id: globex"],
  ["with a NUL", "auth0|1\u0000"],
  ["with a terminal's escape", "auth0|\u001b[2J"],
  ["with a DEL", "auth0|\u007f"],
  ["with a lone surrogate", "auth0|\ud800"],
];

const subjectAttacks: readonly Attack[] = [
  ...["auth0|1", `auth0|${"x".repeat(249)}`, "__proto__", "client@clients"].map(
    (sub) =>
      control(
        withToken(
          `takes the subject ${sub.slice(0, 20)} (${sub.length})`,
          claiming({ sub }),
          allowed,
        ),
      ),
  ),
  withToken(
    "refuses a token without sub",
    claiming({ sub: undefined }),
    refused("subject_missing"),
  ),
  withToken(
    "refuses an empty sub",
    claiming({ sub: "" }),
    refused("subject_missing"),
  ),
  ...SUBJECTS.map(([what, sub]) =>
    withToken(
      `refuses a subject ${what}`,
      claiming({ sub }),
      refused("subject_malformed"),
    ),
  ),
  ...[null, 1, true, {}, ["auth0|1"]].map((sub) =>
    withToken(
      `refuses the subject ${JSON.stringify(sub)}`,
      claiming({ sub }),
      refused("claim_malformed"),
    ),
  ),
];

export const registeredClaims: readonly Attack[] = [
  ...ISSUERS.map((iss) =>
    withToken(
      `refuses the issuer ${JSON.stringify(iss)}`,
      claiming({ iss }),
      refused("issuer_not_allowed"),
    ),
  ),
  withToken(
    "refuses a token without iss",
    claiming({ iss: undefined }),
    refused("issuer_not_allowed"),
  ),
  ...audienceAttacks,
  ...timeAttacks,
  ...subjectAttacks,
];
