/**
 * From a DynamoDB item, which anybody with a console may have written, to a tenant. An item that is not
 * entirely understood is broken: a typo in `tokensValidAfter` must not silently drop a guard.
 */
import { isJsonObject, own } from "./json.ts";
import { type Route, parseRoute } from "./routes.ts";
import { type TenantId, parseTenantId } from "./tenant-id.ts";
import { isPlanName, isUsageKey } from "./usage-key.ts";

export type Scalar = string | number | boolean;

/** The claim must equal one of the values. */
export interface BindingRule {
  readonly claim: string;
  readonly anyOf: readonly Scalar[];
}

export interface Tenant {
  readonly tenantId: TenantId;
  readonly status: "active" | "suspended";
  readonly routes: readonly Route[];
  readonly require: readonly BindingRule[];
  /** The only issuer whose tokens may use the record; `undefined` when one issuer is configured and none is named. */
  readonly issuer: string | undefined;
  /** Epoch seconds; tokens issued earlier are refused. */
  readonly tokensValidAfter: number | undefined;
  /** Epoch seconds; from then the record is treated as gone. */
  readonly expiresAt: number | undefined;
  readonly plan: string | undefined;
  /** The value of the tenant's own API key, written by the function that made it. */
  readonly usageKey: string | undefined;
  readonly context: Readonly<Record<string, Scalar>>;
}

export interface RecordRules {
  /** The table's partition key attribute, which is the claim that names the tenant. */
  readonly tenantClaim: string;
  /** Routes of records that have none; empty when no default is deployed. */
  readonly defaultRoutes: readonly string[];
  /** With several issuers a record must name its own. */
  readonly issuers: ReadonlySet<string>;
}

export interface RecordProblem {
  /** The attribute's name, with dots into maps. Never a value. */
  readonly attribute: string;
  readonly message: string;
}

/** Context keys that only the authorizer itself writes. */
export const RESERVED_CONTEXT_KEYS: ReadonlySet<string> = new Set([
  "tenantId",
  "clientId",
  "subject",
  "denyReason",
  "scope",
  "organizationId",
  "plan",
  // API Gateway's own names beside ours under $context.authorizer.
  "principalId",
  "integrationLatency",
  "integrationStatus",
  "latency",
  "requestId",
  "status",
  "error",
  "claims",
]);

const PRINTABLE = /^[\x20-\x7e]*$/;
const CONTEXT_KEY = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const CLAIM_NAME = /^[\x21-\x7e]{1,256}$/;
const ISSUER = /^https:\/\/[^\s?#]+\/$/;
/** 2286-11-20. What is larger was meant as milliseconds. */
const MAX_EPOCH_SECONDS = 9_999_999_999;
const MAX_ROUTES = 1_000;
/** Names and values together: they become headers, of which API Gateway carries 10,240 bytes in all. */
const MAX_CONTEXT_CHARACTERS = 2_048;
const NUMBER = /^-?[0-9]+(?:\.[0-9]+)?$/;

class Problems {
  readonly list: RecordProblem[] = [];

  /** Notes a problem; `undefined` so that a reader can return it. */
  add(attribute: string, message: string): undefined {
    this.list.push({ attribute: printableName(attribute), message });
    return undefined;
  }
}

export type ParsedRecord =
  | { readonly ok: true; readonly tenant: Tenant }
  | { readonly ok: false; readonly problems: readonly RecordProblem[] };

type Reader<Value> = (
  value: unknown,
  attribute: string,
  problems: Problems,
) => Value | undefined;

/**
 * Parses an item as `GetItem` returns it: attribute name to typed value, `{ tenantId: { S: "acme" }, … }`.
 *
 * @param key the value of the tenant claim that the item was read for
 * @returns the tenant, or every problem of the record
 */
export function parseTenantRecord(
  item: unknown,
  key: string,
  rules: RecordRules,
): ParsedRecord {
  const problems = new Problems();
  const attributes = isJsonObject(item) ? item : {};
  const known = new Set([rules.tenantClaim, ...RECORD_ATTRIBUTES]);
  for (const name of Object.keys(attributes)) {
    if (!known.has(name)) {
      problems.add(
        name,
        `unknown attribute; known are ${[...known].join(", ")} (the team's own data belongs under meta)`,
      );
    }
  }

  function read<Value>(name: string, reader: Reader<Value>): Value | undefined {
    return Object.hasOwn(attributes, name)
      ? reader(attributes[name], name, problems)
      : undefined;
  }
  function require<Value>(
    name: string,
    reader: Reader<Value>,
  ): Value | undefined {
    if (!Object.hasOwn(attributes, name)) return problems.add(name, "missing");
    return read(name, reader);
  }

  const storedKey = require(rules.tenantClaim, readString);
  if (storedKey !== undefined && storedKey !== key) {
    problems.add(rules.tenantClaim, "is not the value that was looked up");
  }
  const tenantId = require("tenantId", readTenantId);
  const status = require("status", readStatus);
  const routeTexts = read("routes", readRouteTexts) ?? rules.defaultRoutes;
  if (!Object.hasOwn(attributes, "routes") && routeTexts.length === 0) {
    problems.add("routes", "missing, and no default routes are deployed");
  }
  const issuer =
    rules.issuers.size > 1
      ? require("issuer", readIssuer)
      : read("issuer", readIssuer);
  const bindingRules = read("require", readBindingRules) ?? [];
  const tokensValidAfter = read("tokensValidAfter", readEpochSeconds);
  const expiresAt = read("expiresAt", readEpochSeconds);
  const plan = read("plan", readPlan);
  const usageKey = read("usageKey", readUsageKey);
  const context = read("context", readContext) ?? {};
  read("meta", readMap);

  const routes = readRoutes(routeTexts, tenantId, problems);
  if (
    problems.list.length > 0 ||
    tenantId === undefined ||
    status === undefined
  ) {
    return { ok: false, problems: problems.list };
  }
  const tenant = {
    tenantId,
    status,
    routes,
    require: bindingRules,
    issuer,
    tokensValidAfter,
    expiresAt,
    plan,
    usageKey,
    context,
  };
  return { ok: true, tenant };
}

/** Attributes beside the partition key. */
export const RECORD_ATTRIBUTES = [
  "tenantId",
  "status",
  "routes",
  "require",
  "issuer",
  "tokensValidAfter",
  "expiresAt",
  "plan",
  "usageKey",
  "context",
  "meta",
] as const;

/** The content of a typed value of exactly this DynamoDB type; `undefined` for any other. */
function typed(value: unknown, type: string): unknown {
  if (!isJsonObject(value)) return undefined;
  const content = own(value, type);
  return content !== undefined && Object.keys(value).length === 1
    ? content
    : undefined;
}

const readString: Reader<string> = (value, attribute, problems) => {
  const text = typed(value, "S");
  return typeof text === "string"
    ? text
    : problems.add(attribute, "expected a string (S)");
};

const readMap: Reader<Readonly<Record<string, unknown>>> = (
  value,
  attribute,
  problems,
) => {
  const map = typed(value, "M");
  return isJsonObject(map)
    ? map
    : problems.add(attribute, "expected a map (M)");
};

const readTenantId: Reader<TenantId> = (value, attribute, problems) =>
  parseTenantId(typed(value, "S")) ??
  problems.add(
    attribute,
    "expected a string (S) of [A-Za-z0-9][A-Za-z0-9_-]{0,63}",
  );

const readStatus: Reader<Tenant["status"]> = (value, attribute, problems) => {
  const status = typed(value, "S");
  return status === "active" || status === "suspended"
    ? status
    : problems.add(attribute, "expected exactly active or suspended (S)");
};

const readIssuer: Reader<string> = (value, attribute, problems) => {
  const issuer = typed(value, "S");
  return typeof issuer === "string" && ISSUER.test(issuer)
    ? issuer
    : problems.add(
        attribute,
        "expected an https URL that ends in /, exactly as in iss (S)",
      );
};

const readPlan: Reader<string> = (value, attribute, problems) => {
  const plan = typed(value, "S");
  return isPlanName(plan)
    ? plan
    : problems.add(attribute, "expected a string (S) of [A-Za-z0-9_-]{1,64}");
};

const readUsageKey: Reader<string> = (value, attribute, problems) => {
  const usageKey = typed(value, "S");
  return isUsageKey(usageKey)
    ? usageKey
    : problems.add(
        attribute,
        "expected a string (S) of [A-Za-z0-9]{20,128}; it is not yours to write: take it away",
      );
};

const readEpochSeconds: Reader<number> = (value, attribute, problems) => {
  const seconds = parseNumber(typed(value, "N")) ?? Number.NaN;
  return Number.isInteger(seconds) &&
    seconds >= 0 &&
    seconds <= MAX_EPOCH_SECONDS
    ? seconds
    : problems.add(
        attribute,
        "expected a number (N) of whole epoch seconds (not milliseconds)",
      );
};

const readRouteTexts: Reader<readonly string[]> = (
  value,
  attribute,
  problems,
) => {
  const set = typed(value, "SS");
  const list = typed(value, "L");
  const texts: readonly unknown[] = Array.isArray(set)
    ? set
    : Array.isArray(list)
      ? list.map((member) => typed(member, "S"))
      : [];
  if (texts.length === 0 || texts.length > MAX_ROUTES) {
    return problems.add(
      attribute,
      `expected 1 to ${MAX_ROUTES} routes as a string set (SS) or a list (L) of strings`,
    );
  }
  return texts.every((text) => typeof text === "string")
    ? texts
    : problems.add(attribute, "expected strings alone in the list");
};

/** None while there is no tenant id to put into them. */
function readRoutes(
  texts: readonly string[],
  tenantId: TenantId | undefined,
  problems: Problems,
): readonly Route[] {
  const routes: Route[] = [];
  if (tenantId === undefined) return routes;
  for (const text of texts) {
    const route = parseRoute(text, tenantId);
    if (route.ok) routes.push(route.value);
    else problems.add("routes", route.reason);
  }
  return routes;
}

const readBindingRules: Reader<readonly BindingRule[]> = (
  value,
  attribute,
  problems,
) => {
  const map = readMap(value, attribute, problems);
  if (map === undefined) return undefined;
  const entries = Object.entries(map);
  if (entries.length === 0) {
    return problems.add(attribute, "is empty: name a claim, or leave it out");
  }
  return entries.map(([claim, expected]) => {
    const name = `${attribute}.${claim}`;
    if (!CLAIM_NAME.test(claim)) {
      problems.add(name, "expected a claim's name in printable ASCII");
    }
    return { claim, anyOf: readAnyOf(expected, name, problems) };
  });
};

/** S, N or BOOL for one value; SS or L of those for any of several. Where a problem is noted, what is left of them. */
function readAnyOf(
  value: unknown,
  attribute: string,
  problems: Problems,
): readonly Scalar[] {
  const set = typed(value, "SS");
  const list = typed(value, "L");
  const members: readonly unknown[] = Array.isArray(set)
    ? set.map((text: unknown) => ({ S: text }))
    : Array.isArray(list)
      ? list
      : [value];
  const scalars = members
    .map(parseScalar)
    .filter((scalar) => scalar !== undefined);
  if (scalars.length !== members.length || scalars.length === 0) {
    problems.add(
      attribute,
      "expected S, N or BOOL, or any of several as SS or L",
    );
  }
  return scalars;
}

const readContext: Reader<Readonly<Record<string, Scalar>>> = (
  value,
  attribute,
  problems,
) => {
  const map = readMap(value, attribute, problems);
  if (map === undefined) return undefined;
  const context: Record<string, Scalar> = {};
  for (const [key, typedValue] of Object.entries(map)) {
    const name = `${attribute}.${key}`;
    const scalar = parseScalar(typedValue);
    if (RESERVED_CONTEXT_KEYS.has(key)) {
      problems.add(name, "is reserved for the authorizer");
    } else if (!CONTEXT_KEY.test(key)) {
      problems.add(name, "expected a name of [A-Za-z][A-Za-z0-9_]{0,63}");
    } else if (scalar === undefined || !PRINTABLE.test(String(scalar))) {
      problems.add(name, "expected S, N or BOOL in printable ASCII");
    } else {
      context[key] = scalar;
    }
  }
  if (JSON.stringify(context).length > MAX_CONTEXT_CHARACTERS) {
    return problems.add(
      attribute,
      `is longer than ${MAX_CONTEXT_CHARACTERS} characters`,
    );
  }
  return Object.freeze(context);
};

function parseScalar(value: unknown): Scalar | undefined {
  const text = typed(value, "S");
  if (typeof text === "string") return text;
  const flag = typed(value, "BOOL");
  if (typeof flag === "boolean") return flag;
  return parseNumber(typed(value, "N"));
}

/**
 * A DynamoDB number as a JavaScript number; `undefined` where that would round, so that two different numbers
 * never compare equal. DynamoDB sends numbers as decimal text without leading or trailing zeros.
 */
function parseNumber(text: unknown): number | undefined {
  if (typeof text !== "string" || !NUMBER.test(text)) return undefined;
  const value = Number(text);
  const isExact =
    String(value) === text &&
    (Number.isSafeInteger(value) || !Number.isInteger(value));
  return isExact ? value : undefined;
}

/** Attribute names go into logs; one from a hostile or careless hand is shortened and made printable. */
function printableName(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 256);
}
