/** Design §3: the rules for records, policies and the context. */
import { readFileSync } from "node:fs";
import { type Rule, inFile } from "./rule.ts";

const RECORD = "lambda/core/tenant-record.ts";
const TENANT_ID = "lambda/core/tenant-id.ts";
const ROUTES = "lambda/core/routes.ts";
const ENCODING = "lambda/core/policy-encoding.ts";
const POLICY = "lambda/core/policy.ts";
const BINDING = "lambda/core/binding-rules.ts";
const CONTEXT = "lambda/core/authorizer-context.ts";
const AUTHORIZER = "lambda/authorizer/create-authorizer.ts";

const records: readonly Rule[] = [
  ...inFile(
    RECORD,
    [
      "an unknown attribute breaks a record",
      "if (!known.has(name)) {",
      "if (false) {",
    ],
    [
      "the key attribute is the value that was looked up",
      "storedKey !== undefined && storedKey !== key",
      "false",
    ],
    [
      "a value has exactly one type",
      "content !== undefined && Object.keys(value).length === 1",
      "content !== undefined",
    ],
    [
      "status is active or suspended",
      'return status === "active" || status === "suspended"',
      'return typeof status === "string"',
    ],
    [
      "issuer is needed where several are configured",
      "rules.issuers.size > 1",
      "false",
    ],
    [
      "issuer is an https URL that ends in a slash",
      "&& ISSUER.test(issuer)",
      "",
    ],
    ["seconds are whole", "Number.isInteger(seconds) &&", ""],
    ["seconds are not negative", "seconds >= 0 &&", ""],
    ["seconds are not milliseconds", "seconds <= MAX_EPOCH_SECONDS", "true"],
    [
      "numbers are not rounded",
      "return isExact ? value : undefined;",
      "return value;",
    ],
    ["plan keeps its grammar", "return isPlanName(plan)", "return true"],
    [
      "an empty require is broken",
      "if (entries.length === 0) {",
      "if (false) {",
    ],
    [
      "at most 1,000 routes",
      " || texts.length > MAX_ROUTES",
      "",
      "the policy would be over its budget of bytes",
    ],
    [
      "reserved context keys",
      "if (RESERVED_CONTEXT_KEYS.has(key)) {",
      "if (false) {",
    ],
    [
      "context keys keep their grammar",
      "} else if (!CONTEXT_KEY.test(key)) {",
      "} else if (false) {",
    ],
    ["context values are printable", " || !PRINTABLE.test(String(scalar))", ""],
    [
      "an attribute's name is printable in the log",
      '.replaceAll(/[^\\x20-\\x7e]/g, "?")',
      "",
    ],
    ["and short", ".slice(0, 256)", ""],
  ),
  ...inFile(TENANT_ID, [
    "tenantId keeps its grammar",
    "TENANT_ID.test(value)",
    "true",
  ]),
  ...inFile(
    ROUTES,
    ["methods are of seven", "if (unknown !== undefined) {", "if (false) {"],
    [
      "a grant's wildcard stands last",
      "if (isLast || isDenial) return undefined;",
      "return undefined;",
    ],
    [
      "no dot segments in routes",
      'if (segment === "." || segment === "..") {',
      "if (false) {",
    ],
    ["segments are literal", "if (!LITERAL.test(segment)) {", "if (false) {"],
    [
      "no empty segments",
      'if (segment === "") {',
      "if (false) {",
      "the pattern for segments refuses it, too",
    ],
    ["a denial takes no scope", "if (isDenial)\n", "if (false)\n"],
    ["scopes keep their grammar", "if (!SCOPE.test(scope)) {", "if (false) {"],
    [
      "{tenantId} is the record's",
      "pathText.replaceAll(TENANT_ID, tenantId)",
      "pathText",
    ],
  ),
  ...inFile(BINDING, [
    "a rule holds for an equal scalar alone",
    "expected === value",
    "String(expected) === String(value)",
  ]),
];

/** Each of the paths that are denied to all, as the code lists them. */
const hostile: readonly Rule[] = hostilePaths().flatMap((path) =>
  inFile(ENCODING, [`denied to all: ${path}`, `\n  "${path}",`, ""]),
);

function hostilePaths(): readonly string[] {
  const code = readFileSync(
    new URL(`../../../${ENCODING}`, import.meta.url),
    "utf8",
  );
  const [, list = ""] = /HOSTILE_PATHS = \[(.*?)\];/s.exec(code) ?? [];
  const paths = [...list.matchAll(/^ {2}"(.+)",$/gm)];
  if (paths.length < 10) throw new Error(`${ENCODING} lists no hostile paths`);
  return paths.map(([, path = ""]) => path);
}

const policies: readonly Rule[] = [
  ...hostile,
  ...inFile(
    ENCODING,
    [
      "* never stands in the method's place",
      "`${stagePrefix}/${method}${path}`",
      "`${stagePrefix}/*${path}`",
    ],
    [
      "/acme/* is not /acme*",
      "`${stagePrefix}/${method}${path}`",
      '`${stagePrefix}/${method}${path.replace("/*", "*")}`',
    ],
    [
      "a second API id is denied under a compact policy",
      "`arn:${partition}:execute-api:*:*:*:${apiId}/*`,",
      "",
    ],
    [
      "a denial denies its encoded spellings",
      "spellings.add(`${spelling}*`);",
      "",
    ],
    [
      "and those of a to o",
      'if (hex.startsWith("6")) return ["%6?"];',
      'if (hex.startsWith("6")) return [];',
    ],
    ["a denial denies path parameters", '";*", ', ""],
    ["and encoded ones", '"%3b*", ', ""],
    ["and encoded ones in capitals", '"%3B*", ', ""],
    ["and a dot with a code", ', "/.%*"', ""],
    [
      "a denial denies its path with a last slash",
      "both.set(`${path}/`, methods)",
      "both",
    ],
  ),
  ...inFile(
    POLICY,
    [
      "an allow ends with the token",
      "...(validUntil === undefined ? {} : expiringAt(validUntil)),",
      "",
    ],
    [
      "denials are in the policy",
      "Statement: [allow, deny(denied)]",
      "Statement: [allow]",
    ],
    [
      "a policy over its budget is broken",
      "if (!fitsBudget(policy)) {",
      "if (false) {",
    ],
    [
      "a resource over its budget is broken",
      "policy.longestResource <= MAX_RESOURCE_LENGTH",
      "true",
    ],
    [
      "a scope that the token lacks opens nothing",
      "scopes.every((scope) => tokenGrants.has(scope))",
      "true",
    ],
    [
      "nothing granted is no policy",
      "return resources.length === 0",
      "return false",
    ],
    [
      "a forbid denies the whole stage",
      "`${formatStageArn(stage)}/*`",
      "`${formatStageArn(stage)}/GET/acme/orders`",
    ],
  ),
  ...inFile(
    CONTEXT,
    [
      "a record's context cannot override ours",
      '...optional("plan", tenant?.plan),',
      '...optional("plan", tenant?.plan), ...tenant?.context,',
      "no record with a reserved key is parsed",
    ],
    ["an allow carries what a 403 would show", ': "route_not_granted"', ': ""'],
  ),
  ...inFile(
    AUTHORIZER,
    [
      "unauthenticated throws exactly Unauthorized",
      'new Error("Unauthorized")',
      'new Error("unauthorized")',
    ],
    [
      "could not tell throws anything else",
      "new Error(`could not tell: ${outcome.error.code}`)",
      'new Error("Unauthorized")',
    ],
    ["what is thrown has no stack", 'error.stack = "";', ""],
  ),
];

/** Section 3 of the design. */
export const policyRules: readonly Rule[] = [...records, ...policies];
