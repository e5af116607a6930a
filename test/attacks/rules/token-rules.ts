/** Design §4, in its order: the rules for tokens. */
import { type Rule, inFile, inTable } from "./rule.ts";

const TOKEN = "lambda/core/bearer-token.ts";
const JSON_READER = "lambda/core/json.ts";
const CLAIMS = "lambda/core/claims.ts";
const VERIFIER = "lambda/authorizer/adapters/access-token-verifier.ts";
const VERIFIED = "lambda/authorizer/adapters/verified-tokens.ts";
const DIGEST = "lambda/authorizer/adapters/digest.ts";
const KEPT = "lambda/authorizer/kept-decisions.ts";
const KEY_SETS = "lambda/authorizer/adapters/key-sets.ts";
const TENANT_CACHE = "lambda/authorizer/adapters/tenant-cache.ts";
const AUTHORIZE = "lambda/core/authorize.ts";
const AUTHORIZER = "lambda/authorizer/create-authorizer.ts";
const METHOD_ARN = "lambda/core/method-arn.ts";

const CANONICAL = "\n    !isCanonicalBase64Url(headerPart) ||";

const raw: readonly Rule[] = [
  ...inFile(
    TOKEN,
    ["the scheme is Bearer", "/^bearer /i", "/^\\S{6} /"],
    ["in any letter case", "/^bearer /i", "/^Bearer /"],
    ["and one space", "/^bearer /i", "/^bearer\\s/i"],
    ["at most 8,192 bytes", "= 8_192;", "= 81_920;"],
    ["and not fewer", "= 8_192;", "= 8_191;"],
    ["three parts", "parts.length !== 3 ||", ""],
    [
      "five parts are a JWE",
      'if (parts.length === 5) return refused("token_encrypted");',
      "",
    ],
    ["base64url alphabet", "if (!BASE64URL.test(part)) return false;", ""],
    ["possible length", "if (rest === 1) return false;", ""],
    [
      "no loose bits",
      'return rest === 2 ? "AQgw".includes(last) : "AEIMQUYcgkosw048".includes(last);',
      "return true;",
    ],
    ["a canonical header", CANONICAL, ""],
    ["a canonical payload", "\n    !isCanonicalBase64Url(payloadPart) ||", ""],
    [
      "a canonical signature",
      "!isCanonicalBase64Url(payloadPart) ||\n    !isCanonicalBase64Url(signaturePart)",
      "!isCanonicalBase64Url(payloadPart)",
    ],
    [
      "alg is RS256",
      'if (own(header, "alg") !== "RS256") return refused("algorithm_not_allowed");',
      "",
    ],
    [
      "typ is JWT or at+jwt",
      'if (type !== "JWT" && type !== "at+jwt") return refused("type_not_allowed");',
      "",
    ],
    [
      "typ may be at+jwt",
      'if (type !== "JWT" && type !== "at+jwt")',
      'if (type !== "JWT")',
    ],
    ["typ may be absent", 'ownOr(header, "typ", "JWT")', 'own(header, "typ")'],
    ["kid is a string", 'typeof kid !== "string" || ', ""],
    ["kid is plain", " || !KID.test(kid)", ""],
    ["kid has at most 128 characters", "{1,128}", "{1,}"],
    ["no crit", 'Object.hasOwn(header, "crit") || ', ""],
    ["no b64", ' || Object.hasOwn(header, "b64")', ""],
    ["a header 64 deep at most", "!isShallow(header) || ", ""],
    ["a payload 64 deep at most", " || !isShallow(payload)", ""],
    [
      "iss is one of ours, before any key is looked up",
      " || !issuers.has(issuer)",
      "",
    ],
    [
      "exp, iat and nbf are dates, before the library reads them",
      'if (!hasReadableTimes(payload)) return refused("time_claim_malformed");',
      "",
    ],
    ["of these, the range", " && Math.abs(seconds) <= MAX_NUMERIC_DATE", ""],
  ),
  ...inFile(
    JSON_READER,
    [
      "header and payload are objects",
      "return isJsonObject(value) ? value : undefined;",
      "return value;",
    ],
    ["arrays are no objects", " && !Array.isArray(value)", ""],
    ["strict UTF-8", "fatal: true", "fatal: false"],
    ["no byte order mark", "ignoreBOM: true", "ignoreBOM: false"],
    ["64 levels and not 65", "= 64;", "= 65;"],
    ["64 levels and not 63", "= 64;", "= 63;"],
    [
      "own members alone",
      "return Object.hasOwn(object, name) ? object[name] : undefined;",
      "return object[name];",
    ],
    [
      "own members alone, where there is a stand-in",
      "return Object.hasOwn(object, name) ? object[name] : fallback;",
      "return object[name] ?? fallback;",
    ],
  ),
];

const SINGLE_KEY = "library.verifySync(token)";
const DECODED =
  'JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())';

const library: readonly Rule[] = [
  ...inFile(
    VERIFIER,
    [
      "the signature",
      "const known = REASONS",
      `if (error instanceof JwtInvalidSignatureError) return good({ claims: ${DECODED}, keySetAgeSeconds: 0 });\n      const known = REASONS`,
    ],
    ["everything the library verifies", SINGLE_KEY, DECODED],
    ["aud", "audience: [...audiences],", "audience: null,"],
    ["nbf", "graceSeconds: clockToleranceSeconds,", "graceSeconds: 1e12,"],
    [
      "iss, at the verifier",
      'if (!issuers.includes(issuer)) return refused("issuer_not_allowed");',
      "",
      "the raw rule has seen every issuer before",
    ],
    [
      "iss, in the library",
      "        issuer,\n        audience",
      "        issuer: null,\n        audience",
      "the raw rule has seen every issuer before",
    ],
  ),
  ...inFile(DIGEST, [
    "what was verified is told by every byte",
    'hash("sha256", text, "base64url")',
    'hash("sha256", text.split(".")[2] ?? "", "base64url")',
  ]),
  ...inFile(
    KEPT,
    ["a kept decision is its stage's", " || !isSame(known.stage, stage)", ""],
    [
      "and ends with the token",
      "Math.floor(token.expiresAt)",
      "Number.POSITIVE_INFINITY",
    ],
    [
      "and with the record",
      "tenant.expiresAt ?? Number.POSITIVE_INFINITY",
      "Number.POSITIVE_INFINITY",
    ],
  ),
  ...inFile(
    KEY_SETS,
    [
      "and with the key's place in its set",
      "if (set?.keys.get(key.kid) !== key) return undefined;",
      "if (set === undefined) return undefined;",
    ],
    [
      "and with the age of the set",
      "return age < options.maxAgeSeconds ? age : undefined;",
      "return age;",
    ],
  ),
  ...inFile(
    TENANT_CACHE,
    [
      "and with the record's place in the cache",
      "if (entries.get(cacheKey) !== entry) return undefined;",
      "",
      "an entry gives way to another when it is too old, or for want of room",
    ],
    [
      "and with the age of the record",
      "if (age >= options.cacheSeconds) return undefined;",
      "",
    ],
  ),
  ...inFile(VERIFIED, [
    "and ends with exp",
    " && nowMs < expiresAtMs",
    "",
    "our own rule about exp judges every token",
  ]),
  {
    name: "iss, everywhere",
    edits: [
      { file: TOKEN, search: " || !issuers.has(issuer)", replace: "" },
      {
        file: VERIFIER,
        search:
          'if (!issuers.includes(issuer)) return refused("issuer_not_allowed");',
        replace: "",
      },
      {
        file: VERIFIER,
        search: "        issuer,\n        audience",
        replace: "        issuer: null,\n        audience",
      },
    ],
  },
  {
    name: "exp, ours and the library's",
    edits: [
      {
        file: VERIFIER,
        search: "graceSeconds: clockToleranceSeconds,",
        replace: "graceSeconds: 1e12,",
      },
      {
        file: CLAIMS,
        search: "CLAIM_RULES.find(",
        replace:
          'CLAIM_RULES.filter(({ reason }) => reason !== "token_expired").find(',
      },
    ],
  },
];

const ours: readonly Rule[] = [
  ...inTable(
    CLAIMS,
    "CLAIM_RULES",
    ["exp is present", "expiry_missing"],
    ["iat is present", "issued_at_missing"],
    ["the second of exp itself is too late", "token_expired"],
    ["exp - iat is positive and within the maximum", "lifetime_not_allowed"],
    ["iat is not in the future", "issued_in_future"],
    ["sub is present", "subject_missing"],
    ["sub is sane", "subject_malformed"],
    ["scope, permissions and org_id are sane", "claim_malformed"],
    ["the tenant claim is present", "tenant_claim_missing"],
    ["the tenant claim keeps its grammar", "tenant_claim_malformed"],
    ["azp and client_id are equal where both stand", "client_mismatch"],
    [
      "the application is named where another claim names the tenant",
      "client_missing",
    ],
    ["no nonce, at_hash or c_hash", "id_token"],
    ["no cnf", "sender_constrained"],
  ),
  ...inFile(
    CLAIMS,
    ["no nonce", '"nonce", ', ""],
    ["no at_hash", '"at_hash", ', ""],
    ["no c_hash", ', "c_hash"', ""],
    ["exp - iat is positive", "lifetime <= 0 || ", ""],
    [
      "exp - iat is within the maximum",
      " || lifetime > rules.maxTokenLifetimeSeconds",
      "",
    ],
    ["sub has at most 255 characters", "{0,253}", "*"],
    [
      "sub has no blank at its ends",
      "/^[\\x21-\\x7e](?:[\\x20-\\x7e]{0,253}[\\x21-\\x7e])?$/",
      "/^[\\x20-\\x7e]{1,255}$/",
    ],
    ["the tenant claim has at most 256 characters", "{1,256}", "{1,}"],
    [
      "the tenant claim is of [A-Za-z0-9_.|:@/-]",
      "[A-Za-z0-9_.|:@/-]{1,256}",
      "[^\\n]{1,256}",
    ],
    ["scope keeps its grammar", "!SCOPE.test(scope) ||", ""],
    ["permissions are a list", "!Array.isArray(permissions) ||\n", ""],
    [
      "permissions are strings",
      '!permissions.every((permission) => typeof permission === "string") ||',
      "",
    ],
    ["org_id keeps its grammar", "organization !== undefined &&", "false &&"],
    [
      "client_id stands in for azp in the RFC 9068 profile alone",
      '(type === "at+jwt" ? own(claims, "client_id") : undefined)',
      'own(claims, "client_id")',
    ],
    [
      "and there it does",
      '(type === "at+jwt" ? own(claims, "client_id") : undefined)',
      "undefined",
    ],
    [
      "the tenant claim is the configured one",
      "own(candidate.claims, candidate.rules.tenantClaim)",
      "clientOf(candidate)",
    ],
  ),
];

const tenant: readonly Rule[] = [
  ...inTable(
    AUTHORIZE,
    "TENANT_RULES",
    ["iat before tokensValidAfter is forbidden", "token_revoked"],
    ["an expired record is forbidden", "tenant_expired"],
    ["another issuer's record is forbidden", "issuer_mismatch"],
    ["a suspended tenant is forbidden", "tenant_suspended"],
    ["a broken binding rule is forbidden", "binding_rule_failed"],
  ),
  ...inFile(
    AUTHORIZE,
    [
      "unknown to the table is forbidden",
      'return forbid("tenant_not_found");',
      'return unauthenticated("tenant_claim_malformed");',
    ],
    [
      "the table is asked last",
      "const verified = await verifyAccessToken",
      'await findTenant("x", "x");\n  const verified = await verifyAccessToken',
    ],
    [
      "keys are asked after the raw rules",
      "if (!unverified.ok) return",
      'await verifyAccessToken({ token: "", kid: "", type: "JWT", issuer: "" });\n  if (!unverified.ok) return',
    ],
  ),
  ...inFile(
    AUTHORIZER,
    ["the event is a TOKEN event", ' || own(event, "type") !== "TOKEN"', ""],
    ["its token is a string", 'typeof authorization === "string" && ', ""],
  ),
  ...inFile(
    METHOD_ARN,
    ["methodArn is a string", 'typeof methodArn !== "string" ||', ""],
    ["of at most 1,600 bytes", "= 1_600;", "= 16_000;"],
    ["of execute-api", "*):execute-api:", "*):[a-z-]+:"],
    ["with a plain partition", "(aws(?:-[a-z]+)*)", "([^:]*)"],
    ["with a plain region", "([a-z0-9-]{1,32})", "([^:]*)"],
    ["with a plain account", "([0-9]{12})", "([^:]*)"],
    ["with a plain API id", "([A-Za-z0-9]{1,64})", "([^/]*)"],
    ["with a plain stage", "([A-Za-z0-9_-]{1,128})", "([^/]*)"],
  ),
];

/** Section 4 of the design. */
export const tokenRules: readonly Rule[] = [
  ...raw,
  ...library,
  ...ours,
  ...tenant,
];
