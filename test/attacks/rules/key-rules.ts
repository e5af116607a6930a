/** Design §5, as far as one request after another can show it: the rules for keys, and those for cached records. */
import { type Rule, inFile } from "./rule.ts";

const KEY_SET = "lambda/authorizer/adapters/key-set.ts";
const KEY_SETS = "lambda/authorizer/adapters/key-sets.ts";
const SNAPSHOT = "lambda/authorizer/adapters/key-set-snapshot.ts";
const VERIFIER = "lambda/authorizer/adapters/access-token-verifier.ts";
const TENANTS = "lambda/authorizer/adapters/tenant-cache.ts";

const hygiene: readonly Rule[] = inFile(
  KEY_SET,
  ["kty is RSA", 'own(jwk, "kty") === "RSA" &&', ""],
  ["use fits", 'ownOr(jwk, "use", "sig") === "sig" &&', ""],
  ["alg fits", 'ownOr(jwk, "alg", "RS256") === "RS256" &&', ""],
  ["key_ops are a list", "Array.isArray(operations) &&\n    ", ""],
  ["key_ops fit", '&&\n    operations.includes("verify")', ""],
  [
    "a key's kid is plain",
    "!KID.test(kid) ||",
    "",
    "no token with another kid comes as far as the keys",
  ],
  [
    "a key's kid is a string",
    'typeof kid !== "string" ||',
    "",
    "the pattern for kid turns a list into text, and no token asks for it",
  ],
  [
    "modulus and exponent are strings",
    'typeof n !== "string" ||\n    typeof e !== "string"',
    "false",
    "OpenSSL does not import them either",
  ],
  ["2,048 bits at least", "modulusLength >= MIN_MODULUS_BITS &&", ""],
  ["2,048 bits and not 2,047", "= 2_048;", "= 2_047;"],
  ["exponent 65,537 at least", "publicExponent >= MIN_EXPONENT &&", ""],
  ["exponent 65,537 and not 65,535", "= 65_537n;", "= 65_535n;"],
  ["16,384 bits at most", "modulusLength <= MAX_MODULUS_BITS &&", ""],
  ["exponent of 64 bits at most", "publicExponent <= MAX_EXPONENT &&", ""],
  ["an odd exponent", "publicExponent % 2n === 1n", "true"],
  [
    "a key that cannot be read takes no other with it",
    "return false;",
    "throw new Error();",
    "Node has not been seen to throw for a key whose modulus and exponent are text",
  ],
  ["a hundred keys at most", "= 100;", "= 1_000;"],
  ["of two keys with one kid the first", " && !usable.has(key.kid)", ""],
  [
    "no usable key is no set",
    "return usable.size > 0 ? usable : undefined;",
    "return usable;",
  ],
);

const caching: readonly Rule[] = [
  ...inFile(
    KEY_SETS,
    [
      "maximum age",
      "set !== undefined && ageSeconds(set.fetchedAtMs) < options.maxAgeSeconds;",
      "set !== undefined;",
    ],
    [
      "last known good",
      "const limit = Math.max(options.maxAgeSeconds, options.staleSeconds);",
      "const limit = options.maxAgeSeconds;",
    ],
    [
      "within its bound",
      "return age < limit ? { keys: state.set.keys, age } : undefined;",
      "return { keys: state.set.keys, age };",
    ],
    ["cool-down", "if (ageSeconds(attempt.atMs) < cooldown) return;", ""],
    [
      "cool-down for unknown kids",
      "? options.unknownKidCooldownSeconds",
      "? 0",
    ],
    ["cool-down for failures", "? options.failureCooldownSeconds", "? 0"],
    [
      "an unusable answer counts as a failure",
      "failed: keys === undefined",
      "failed: false",
    ],
    [
      "an unusable answer never replaces a good set",
      "if (keys !== undefined) state.set = { keys, fetchedAtMs: atMs };",
      "state.set = { keys: keys ?? new Map(), fetchedAtMs: atMs };",
    ],
    [
      "an unknown kid is unknown only to a current set",
      "if (isFresh(state) && state.attempt?.failed !== true) return undefined;",
      "return undefined;",
    ],
    [
      "each issuer has its own keys",
      "const state = stateOf(jwksUri);",
      'const state = stateOf("all");',
    ],
    [
      "a snapshot only while no fetch has succeeded",
      "if (state.set !== undefined) {",
      "if (findSnapshot?.(jwksUri) === undefined && state.set !== undefined) {",
    ],
    ["a snapshot has an age limit", " && age < snapshot.maxAgeSeconds", ""],
    ["a snapshot is not from the future", "age >= 0 && ", ""],
  ),
  ...inFile(SNAPSHOT, [
    "a snapshot's keys are held to the same rules",
    "const keys = selectKeys(jwks);",
    "const keys = new Map(jwks.keys.map((key) => [key.kid, key]));",
  ]),
  {
    name: "a kid whose key has changed is a key of its own",
    edits: [
      {
        file: VERIFIER,
        search: "new WeakMap<VerificationKey, Verifier>()",
        replace: "new Map()",
      },
      {
        file: VERIFIER,
        search: "verifiers.get(key)",
        replace: "verifiers.get(key.kid)",
      },
      {
        file: VERIFIER,
        search: "verifiers.set(key, verifier)",
        replace: "verifiers.set(key.kid, verifier)",
      },
    ],
  },
];

const records: readonly Rule[] = inFile(
  TENANTS,
  [
    "a suspended record never serves in an outage",
    'tenant?.status === "active" &&',
    "tenant !== undefined &&",
  ],
  [
    "a stale record serves within its bound",
    "ageSeconds(entry) < options.staleSeconds",
    "true",
  ],
  [
    "a broken record ends the last good one",
    "entries.delete(cacheKey);\n        return",
    "return",
  ],
  [
    "a record is read again when it is five seconds old",
    "ageSeconds(cached) < options.cacheSeconds",
    "true",
  ],
  [
    "issuers never share an entry",
    "`${issuer} ${key}`",
    "key",
    "the record itself names its issuer where several are configured",
  ],
);

/** Section 5 of the design, and §3's table reads. */
export const keyRules: readonly Rule[] = [...hygiene, ...caching, ...records];
