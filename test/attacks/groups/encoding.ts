/** Tokens that say the right thing in the wrong spelling, or in no spelling at all. */
import { CLIENT_ID, ISSUER, signInput } from "../../support/tokens.ts";
import {
  type Attack,
  type Expected,
  allowed,
  control,
  refused,
  withToken,
} from "../attack.ts";
import {
  accessToken,
  claiming,
  claimsJson,
  claimsWith,
  headerText,
  payloadText,
  HEADER,
} from "../baseline.ts";
import { partsOf } from "../forgery.ts";
import {
  PARTS,
  type Respell,
  edited,
  inPlainAlphabet,
  ofImpossibleLength,
  padded,
  respelled,
  tokenOfBytes,
  withAtEnd,
  withInside,
  withLooseBits,
} from "../spelling.ts";

const SPELLINGS: readonly (readonly [string, Respell])[] = [
  ["padded", padded],
  ["with loose bits in its last character", withLooseBits],
  ["in the plain base64 alphabet", inPlainAlphabet],
  ["of an impossible length", ofImpossibleLength],
  ["with a space inside", withInside(" ")],
  ["with a tab inside", withInside("\t")],
  ["with a line break inside", withInside("\r\n")],
  ["with a newline at its end", withAtEnd("\n")],
  ["with a carriage return at its end", withAtEnd("\r")],
  ["with a NUL at its end", withAtEnd("\u0000")],
  ["with a zero-width space inside", withInside("\u200b")],
  ["with a soft hyphen inside", withInside("\u00ad")],
  ["with a fullwidth letter inside", withInside("Ａ")],
  ["with a lone surrogate inside", withInside("\ud800")],
  ["with an asterisk inside", withInside("*")],
  ["with a percent code inside", withInside("%41")],
];

const spellingAttacks: readonly Attack[] = PARTS.flatMap((part) =>
  SPELLINGS.map(([how, respell]) =>
    withToken(
      `refuses a ${part} ${how}`,
      () => respelled(part, respell),
      refused("token_not_canonical"),
    ),
  ),
);

const EDITS: readonly (readonly [
  string,
  (token: string) => string,
  Expected,
])[] = [
  ["a BOM before it", (t) => `\ufeff${t}`, refused("token_not_canonical")],
  ["quotes around it", (t) => `"${t}"`, refused("token_not_canonical")],
  ["angle brackets around it", (t) => `<${t}>`, refused("token_not_canonical")],
  ["a comma after it", (t) => `${t},`, refused("token_not_canonical")],
  ["a dot before it", (t) => `.${t}`, refused("token_malformed")],
  ["a dot after it", (t) => `${t}.`, refused("token_malformed")],
  [
    "an empty part in its middle",
    (t) => t.replace(".", ".."),
    refused("token_malformed"),
  ],
  ["encoded dots", (t) => t.replaceAll(".", "%2E"), refused("token_malformed")],
  [
    "ideographic dots",
    (t) => t.replaceAll(".", "\u3002"),
    refused("token_malformed"),
  ],
  [
    "no signature part",
    (t) => partsOf(t).slice(0, 2).join("."),
    refused("token_malformed"),
  ],
  ["one part", (t) => partsOf(t)[0], refused("token_malformed")],
  ["no character", () => "", refused("token_malformed")],
  ["two dots alone", () => "..", refused("token_not_canonical")],
  [
    "an empty header",
    (t) => `.${t.split(".").slice(1).join(".")}`,
    refused("token_not_canonical"),
  ],
  [
    "an empty payload",
    (t) => `${partsOf(t)[0]}..${partsOf(t)[2]}`,
    refused("token_not_canonical"),
  ],
  ["a fourth part", (t) => `${t}.e30`, refused("token_malformed")],
  [
    "five parts, as a JWE has",
    (t) => `${t}.e30.e30`,
    refused("token_encrypted"),
  ],
  ["six parts", (t) => `${t}.e30.e30.e30`, refused("token_malformed")],
  ["a thousand dots", (t) => t + ".".repeat(1_000), refused("token_malformed")],
  [
    "its whole text in base64",
    (t) => Buffer.from(t).toString("base64url"),
    refused("token_malformed"),
  ],
  ["itself once more", (t) => `${t}.${t}`, refused("token_malformed")],
  [
    "JSON serialization",
    (t) => {
      const [header, payload, signature] = partsOf(t);
      return JSON.stringify({ protected: header, payload, signature });
    },
    refused("token_malformed"),
  ],
];

const bytesOf = (json: string): Buffer => Buffer.from(json);
/** The baseline's payload with a claim whose value is these bytes. */
const withRawClaim = (...bytes: readonly number[]): Buffer =>
  Buffer.concat([
    bytesOf(`${claimsJson().slice(0, -1)},"x":"`),
    Buffer.from(bytes),
    bytesOf('"}'),
  ]);

const MALFORMED_PAYLOADS: readonly (readonly [
  string,
  () => string | Buffer,
])[] = [
  ["with a byte order mark", () => `\ufeff${claimsJson()}`],
  ["in UTF-16, little end first", () => Buffer.from(claimsJson(), "utf16le")],
  [
    "in UTF-16, big end first",
    () => Buffer.from(claimsJson(), "utf16le").swap16(),
  ],
  ["with an overlong slash", () => withRawClaim(0xc0, 0xaf)],
  ["with an overlong NUL", () => withRawClaim(0xc0, 0x80)],
  ["with a surrogate in UTF-8", () => withRawClaim(0xed, 0xa0, 0x80)],
  ["with a byte that is never UTF-8", () => withRawClaim(0xff)],
  ["with a character cut short", () => withRawClaim(0xe2, 0x82)],
  ["beyond the last code point", () => withRawClaim(0xf4, 0x90, 0x80, 0x80)],
  ["with a raw newline in a string", () => withRawClaim(0x0a)],
  ["with a raw NUL in a string", () => withRawClaim(0x00)],
  ["with a trailing comma", () => `${claimsJson().slice(0, -1)},}`],
  ["with a comment", () => `/* */${claimsJson()}`],
  ["in single quotes", () => claimsJson().replaceAll('"', "'")],
  ["with NaN", () => claimsJson().replace(/"exp":\d+/, '"exp":NaN')],
  ["with Infinity", () => claimsJson().replace(/"exp":\d+/, '"exp":Infinity')],
  [
    "with a hexadecimal number",
    () => claimsJson().replace(/"exp":\d+/, '"exp":0x7fffffff'),
  ],
  ["with something behind it", () => `${claimsJson()}x`],
  ["with a NUL behind it", () => `${claimsJson()}\u0000`],
  ["with a second object behind it", () => claimsJson() + claimsJson()],
  ["cut short", () => claimsJson().slice(0, -1)],
  ["that is an array", () => `[${claimsJson()}]`],
  ["that is a string", () => JSON.stringify(claimsJson())],
  ["that is a number", () => "1"],
  ["that is null", () => "null"],
  ["that is true", () => "true"],
  ["that is a nested token", () => accessToken()],
  ["that is blank", () => " "],
  ["of 5,000 open brackets", () => "[".repeat(5_000)],
];

const MALFORMED_HEADERS: readonly (readonly [string, () => string | Buffer])[] =
  [
    ["with a byte order mark", () => `\ufeff${JSON.stringify(HEADER)}`],
    ["in UTF-16", () => Buffer.from(JSON.stringify(HEADER), "utf16le")],
    ["that is an array", () => JSON.stringify([HEADER])],
    ["that is null", () => "null"],
    ["that is a string", () => '"RS256"'],
    [
      "with a byte that is never UTF-8",
      () =>
        Buffer.concat([
          bytesOf(JSON.stringify(HEADER).slice(0, -1)),
          bytesOf(',"x":"'),
          Buffer.from([0xff]),
          bytesOf('"}'),
        ]),
    ],
    ["cut short", () => JSON.stringify(HEADER).slice(0, -1)],
  ];

const nested = (depth: number): unknown => {
  let value: unknown = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
};

const depthAttacks: readonly Attack[] = [
  control(
    withToken(
      "takes a payload that is nested 64 deep",
      claiming({ deep: nested(63) }),
      allowed,
    ),
  ),
  withToken(
    "refuses a payload that is nested 65 deep",
    claiming({ deep: nested(64) }),
    refused("json_too_deep"),
  ),
  withToken(
    "refuses a payload that is nested 2,000 deep",
    claiming({ deep: nested(2_000) }),
    refused("json_too_deep"),
  ),
  withToken(
    "refuses a payload that is nested 900 deep in objects",
    payloadText(`${'{"a":'.repeat(900)}1${"}".repeat(900)}`),
    refused("json_too_deep"),
  ),
  withToken(
    "refuses a header that is nested 65 deep",
    headerText(JSON.stringify({ ...HEADER, deep: nested(64) })),
    refused("json_too_deep"),
  ),
];

const sizeAttacks: readonly Attack[] = [
  control(
    withToken(
      "takes a token of 8,192 bytes",
      () => tokenOfBytes(8_192),
      allowed,
    ),
  ),
  withToken(
    "refuses a token of 8,193 bytes",
    () => tokenOfBytes(8_193),
    refused("token_too_large"),
  ),
  withToken(
    "refuses a token of a megabyte",
    () => accessToken({ claims: { filling: "x".repeat(750_000) } }),
    refused("token_too_large"),
  ),
  withToken(
    "refuses a megabyte of dots",
    () => ".".repeat(1_000_000),
    refused("token_too_large"),
  ),
];

/** JSON's own freedoms: the signature covers the text, so reading it as JSON says is enough. */
const jsonControls: readonly Attack[] = [
  control(
    withToken(
      "takes JSON with white space around it",
      payloadText(`\n\t ${claimsJson()} \r\n`),
      allowed,
    ),
  ),
  control(
    withToken(
      "reads a member's name through its escapes",
      payloadText(claimsJson().replace('"azp"', String.raw`"\u0061zp"`)),
      allowed,
    ),
  ),
  control(
    withToken(
      "reads the last of two members: a stranger's issuer before ours",
      payloadText(`{"iss":"https://evil.example/",${claimsJson().slice(1)}`),
      allowed,
    ),
  ),
  control(
    withToken(
      "does not mind an escaped lone surrogate in a claim without a meaning",
      payloadText(`${claimsJson().slice(0, -1)},"x":"\\ud800"}`),
      allowed,
    ),
  ),
  control(
    withToken(
      "does not mind a number beyond all numbers in a claim without a meaning",
      payloadText(`${claimsJson().slice(0, -1)},"x":1e999}`),
      allowed,
    ),
  ),
];

const memberAttacks: readonly Attack[] = [
  withToken(
    "reads the last of two members: a stranger's issuer after ours",
    payloadText(`${claimsJson().slice(0, -1)},"iss":"https://evil.example/"}`),
    refused("issuer_not_allowed"),
  ),
  withToken(
    "reads the last of two members: an exp in the past after a good one",
    payloadText(`${claimsJson().slice(0, -1)},"exp":1}`),
    refused("token_expired"),
  ),
  withToken(
    "takes __proto__ for a member like any other: an issuer inside is no issuer",
    payloadText(
      JSON.stringify(claimsWith({ iss: undefined })).replace(
        "{",
        `{"__proto__":{"iss":"${ISSUER}"},`,
      ),
    ),
    refused("issuer_not_allowed"),
  ),
  withToken(
    "takes __proto__ for a member like any other: a tenant inside is no tenant",
    payloadText(
      JSON.stringify(claimsWith({ azp: undefined })).replace(
        "{",
        `{"__proto__":{"azp":"${CLIENT_ID}"},`,
      ),
    ),
    refused("tenant_claim_missing"),
  ),
  withToken(
    "does not read a member whose name differs by a NUL",
    payloadText(claimsJson().replace('"azp"', String.raw`"azp\u0000"`)),
    refused("tenant_claim_missing"),
  ),
  withToken(
    "does not read a member whose name differs in letter case",
    payloadText(claimsJson().replace('"azp"', '"AZP"')),
    refused("tenant_claim_missing"),
  ),
];

export const encoding: readonly Attack[] = [
  control(
    withToken(
      "takes the one canonical spelling",
      () => signInput(accessToken().split(".").slice(0, 2).join(".")),
      allowed,
    ),
  ),
  ...spellingAttacks,
  ...EDITS.map(([what, edit, expected]) =>
    withToken(`refuses a token with ${what}`, edited(edit), expected),
  ),
  ...MALFORMED_PAYLOADS.map(([what, payload]) =>
    withToken(
      `refuses a payload ${what}`,
      () => payloadText(payload())(),
      refused("token_malformed"),
    ),
  ),
  ...MALFORMED_HEADERS.map(([what, header]) =>
    withToken(
      `refuses a header ${what}`,
      () => headerText(header())(),
      refused("token_malformed"),
    ),
  ),
  ...depthAttacks,
  ...sizeAttacks,
  ...jsonControls,
  ...memberAttacks,
];
