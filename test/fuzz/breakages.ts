/** Rules of design.md section 4, taken out of the authorizer's source one at a time: the fuzzer must notice that each is gone. */

export interface Breakage {
  /** What the authorizer then does, as a fact. */
  readonly name: string;
  /** More than one where two layers refuse alike. */
  readonly edits: readonly Edit[];
}

export interface Edit {
  /** Under lambda/. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

export function sourceUrl(file: string): URL {
  return new URL(`../../lambda/${file}`, import.meta.url);
}

export function applyEdits(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, find, replace }) => {
    const [before, after, ...more] = text.split(find);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error(`${file} does not hold exactly once: ${find}`);
    }
    return `${before}${replace}${after}`;
  }, source);
}

const JSON_TEXT = "core/json.ts";
const TOKEN = "core/bearer-token.ts";
const CLAIMS = "core/claims.ts";
const RECORD = "core/authorize.ts";
const VERIFIER = "authorizer/adapters/access-token-verifier.ts";

const edit = (
  name: string,
  file: string,
  find: string,
  replace: string,
): Breakage => ({ name, edits: [{ file, find, replace }] });

export const BREAKAGES: readonly Breakage[] = [
  edit("takes any scheme", TOKEN, "!SCHEME.test(authorization)", "false"),
  edit(
    "takes tokens of any size",
    TOKEN,
    "token.length > MAX_TOKEN_BYTES",
    "false",
  ),
  edit(
    "takes a header in any spelling",
    TOKEN,
    "!isCanonicalBase64Url(headerPart)",
    "false",
  ),
  edit(
    "takes a payload in any spelling",
    TOKEN,
    "!isCanonicalBase64Url(payloadPart)",
    "false",
  ),
  edit(
    "takes a signature in any spelling",
    TOKEN,
    "!isCanonicalBase64Url(signaturePart)",
    "false",
  ),
  edit("repairs broken UTF-8", JSON_TEXT, "fatal: true", "fatal: false"),
  edit(
    "drops a byte order mark",
    JSON_TEXT,
    "ignoreBOM: true",
    "ignoreBOM: false",
  ),
  edit("takes deep headers", TOKEN, "!isShallow(header)", "false"),
  edit("takes deep payloads", TOKEN, "!isShallow(payload)", "false"),
  edit(
    "leaves alg to the library",
    TOKEN,
    'own(header, "alg") !== "RS256"',
    "false",
  ),
  edit(
    "takes typ foo, or dpop+jwt",
    TOKEN,
    'type !== "JWT" && type !== "at+jwt"',
    "false",
  ),
  edit("ignores crit", TOKEN, 'Object.hasOwn(header, "crit")', "false"),
  edit("ignores b64", TOKEN, 'Object.hasOwn(header, "b64")', "false"),
  edit(
    "takes any kid",
    TOKEN,
    'typeof kid !== "string" || !KID.test(kid)',
    'typeof kid !== "string"',
  ),
  {
    name: "asks any issuer for its keys",
    edits: [
      { file: TOKEN, find: "!issuers.has(issuer)", replace: "false" },
      { file: VERIFIER, find: "!issuers.includes(issuer)", replace: "false" },
    ],
  },
  edit(
    "leaves the times' types to the library",
    TOKEN,
    "!hasReadableTimes(payload)",
    "false",
  ),
  edit(
    "believes any signature",
    VERIFIER,
    "library.verifySync(token)",
    'JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())',
  ),
  edit(
    "verifies with the first issuer's keys",
    VERIFIER,
    "jwksUriOf(issuer), kid",
    'jwksUriOf(issuers[0] ?? ""), kid',
  ),
  edit(
    "takes any audience",
    VERIFIER,
    "audience: [...audiences]",
    "audience: null",
  ),
  edit(
    "ignores nbf",
    VERIFIER,
    "graceSeconds: clockToleranceSeconds",
    "graceSeconds: 1e12",
  ),
  edit(
    "gives nbf a second more",
    VERIFIER,
    "graceSeconds: clockToleranceSeconds",
    "graceSeconds: clockToleranceSeconds + 1",
  ),
  edit("takes tokens with a nonce", CLAIMS, '["nonce", ', "["),
  edit("takes tokens with at_hash", CLAIMS, '"at_hash", ', ""),
  edit("takes tokens with c_hash", CLAIMS, ', "c_hash"', ""),
  edit(
    "takes sender-constrained tokens",
    CLAIMS,
    'Object.hasOwn(claims, "cnf")',
    "false",
  ),
  {
    name: "takes tokens that never end",
    edits: [
      {
        file: CLAIMS,
        find: 'seconds(claims, "exp") === undefined',
        replace: "false",
      },
      {
        file: CLAIMS,
        find: '(seconds(claims, "exp") ?? 0) + rules',
        replace: '(seconds(claims, "exp") ?? Infinity) + rules',
      },
      {
        file: CLAIMS,
        find: "lifetime > rules.maxTokenLifetimeSeconds",
        replace: "false",
      },
      { file: CLAIMS, find: "lifetime <= 0", replace: "false" },
    ],
  },
  edit(
    "takes a token at the instant of its exp",
    CLAIMS,
    "rules.clockToleranceSeconds <= now",
    "rules.clockToleranceSeconds < now",
  ),
  {
    name: "takes tokens without iat",
    edits: [
      {
        file: CLAIMS,
        find: 'seconds(claims, "iat") === undefined',
        replace: "false",
      },
      {
        file: CLAIMS,
        find: '(seconds(claims, "exp") ?? 0) - (seconds(claims, "iat") ?? 0)',
        replace: "1",
      },
    ],
  },
  edit(
    "takes tokens from the future",
    CLAIMS,
    "> now + rules.clockToleranceSeconds",
    "> Infinity",
  ),
  edit(
    "takes tokens of any lifetime",
    CLAIMS,
    "lifetime > rules.maxTokenLifetimeSeconds",
    "false",
  ),
  edit(
    "takes tokens a second too long",
    CLAIMS,
    "> rules.maxTokenLifetimeSeconds",
    "> rules.maxTokenLifetimeSeconds + 1",
  ),
  edit(
    "takes tokens of nobody",
    CLAIMS,
    '!isPresent(own(claims, "sub"))',
    "false",
  ),
  edit("takes any subject", CLAIMS, "!SUBJECT.test(subject)", "false"),
  edit(
    "takes tokens of two clients",
    CLAIMS,
    'claims["azp"] !== claims["client_id"]',
    "false",
  ),
  edit(
    "lets client_id stand for azp in every profile",
    CLAIMS,
    'type === "at+jwt" ? ',
    "type ? ",
  ),
  edit(
    "lets client_id never stand for azp",
    CLAIMS,
    'type === "at+jwt" ? ',
    "!type ? ",
  ),
  edit(
    "takes tokens of no client",
    CLAIMS,
    "!isIdentifier(clientOf(candidate))",
    "false",
  ),
  edit(
    "looks up a tenant claim of any grammar",
    CLAIMS,
    "!isIdentifier(tenantKeyOf(candidate))",
    "false",
  ),
  edit(
    "takes azp for the tenant, whatever is configured",
    CLAIMS,
    'candidate.rules.tenantClaim === "azp"',
    "true",
  ),
  edit(
    "lets an allow outlive its record",
    RECORD,
    "tenant.expiresAt ?? Number.POSITIVE_INFINITY",
    "Number.POSITIVE_INFINITY",
  ),
  edit(
    "lets an allow outlive its token",
    RECORD,
    "now < Math.floor(expiresAt) ? expiresAt",
    "false ? expiresAt",
  ),
  edit(
    "refuses tokens issued at tokensValidAfter",
    RECORD,
    "token.issuedAt < tokensValidAfter",
    "token.issuedAt <= tokensValidAfter",
  ),
  edit(
    "forgets tokensValidAfter",
    RECORD,
    "token.issuedAt < tokensValidAfter",
    "false",
  ),
  edit(
    "lets an issuer use another's record",
    RECORD,
    "issuer !== token.issuer",
    "false",
  ),
  edit("opens a suspended tenant", RECORD, 'status !== "active"', "false"),
  edit("opens an expired tenant", RECORD, "expiresAt <= now", "false"),
  edit(
    "forgets the binding rules",
    RECORD,
    "findBrokenRule(tenant.require, token.claims) !== undefined",
    "false",
  ),
];
