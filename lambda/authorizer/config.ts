/** The function's configuration, from its environment variables. Nothing that guards has a default. */
import { parseRoute } from "../core/routes.ts";
import { parseTenantId } from "../core/tenant-id.ts";
import { type UsagePlans, isPlanName, isUsageKey } from "../core/usage-key.ts";
import { ENV } from "./env-names.ts";

export interface AuthorizerConfig {
  /** https URLs with their trailing slash, exactly as in `iss`. */
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly tenantTable: string;
  readonly tenantClaim: string;
  readonly defaultRoutes: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly maxTokenLifetimeSeconds: number;
  readonly tenantCacheSeconds: number;
  readonly tenantStaleSeconds: number;
  readonly jwksMaxAgeSeconds: number;
  readonly jwksStaleSeconds: number;
  readonly policyTimeCondition: boolean;
  /** Path of a key-set snapshot in the bundle, relative to the function's code. */
  readonly jwksSnapshot: string | undefined;
  readonly jwksSnapshotMaxAgeSeconds: number;
  /** `undefined` when no usage plans are deployed. */
  readonly usagePlans: UsagePlans | undefined;
}

/** Every problem of the environment at once; the function does not start. */
export class ConfigError extends Error {
  readonly code = "config_broken";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the authorizer's environment is unusable: ${problems.join("; ")}`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;
const NAMESPACED_CLAIM = /^https?:\/\/[^\s]{1,250}$/;
const MAX_SECONDS = 31_536_000;
/** Every second of it is a second in which an expired token still opens the door. */
const MAX_CLOCK_TOLERANCE_SECONDS = 300;

/**
 * @param env `process.env`, or a record like it
 * @throws ConfigError naming each variable that is missing or malformed
 */
export function parseConfig(env: Environment): AuthorizerConfig {
  const problems: string[] = [];

  function read<Value>(
    name: string,
    parse: (text: string) => Value | undefined,
    expected: string,
    fallback?: Value,
  ): Value | undefined {
    const text = env[name];
    if (text === undefined || text === "") {
      if (fallback === undefined) {
        problems.push(`${name} is missing: expected ${expected}`);
      }
      return fallback;
    }
    const value = parse(text);
    if (value === undefined) {
      problems.push(`${name} is malformed: expected ${expected}`);
    }
    return value;
  }
  const readSeconds = (
    name: string,
    fallback: number,
    { minimum = 0, maximum = MAX_SECONDS } = {},
  ): number | undefined =>
    read(
      name,
      (text) => parseSeconds(text, minimum, maximum),
      `whole seconds from ${minimum} to ${maximum}`,
      fallback,
    );

  const config = {
    issuers: read(
      ENV.issuers,
      (text) => parseList(text, isIssuer),
      "https URLs separated by commas, each ending in / exactly as in iss",
    ),
    audiences: read(
      ENV.audiences,
      (text) => parseList(text, (audience) => !/\s/.test(audience)),
      "API identifiers separated by commas",
    ),
    tenantTable: read(
      ENV.tenantTable,
      (text) => (TABLE_NAME.test(text) ? text : undefined),
      "a DynamoDB table name",
    ),
    tenantClaim: read(
      ENV.tenantClaim,
      (text) =>
        text === "azp" || text === "org_id" || NAMESPACED_CLAIM.test(text)
          ? text
          : undefined,
      "azp, org_id or a namespaced claim (a URL)",
      "azp",
    ),
    defaultRoutes: read(
      ENV.defaultRoutes,
      parseRouteList,
      'a JSON list of routes, as in ["* /{tenantId}/*"]',
      [],
    ),
    clockToleranceSeconds: readSeconds(ENV.clockToleranceSeconds, 5, {
      maximum: MAX_CLOCK_TOLERANCE_SECONDS,
    }),
    maxTokenLifetimeSeconds: readSeconds(
      ENV.maxTokenLifetimeSeconds,
      2_592_000,
      { minimum: 1 },
    ),
    tenantCacheSeconds: readSeconds(ENV.tenantCacheSeconds, 5),
    tenantStaleSeconds: readSeconds(ENV.tenantStaleSeconds, 300),
    jwksMaxAgeSeconds: readSeconds(ENV.jwksMaxAgeSeconds, 600, {
      minimum: 1,
    }),
    jwksStaleSeconds: readSeconds(ENV.jwksStaleSeconds, 3_600),
    policyTimeCondition: read(
      ENV.policyTimeCondition,
      (text) => (text === "true" ? true : text === "false" ? false : undefined),
      "true or false",
      true,
    ),
    jwksSnapshot: env[ENV.jwksSnapshot] ?? "",
    jwksSnapshotMaxAgeSeconds: readSeconds(
      ENV.jwksSnapshotMaxAgeSeconds,
      604_800,
    ),
  };

  const usagePlans = readUsagePlans(env, read);

  if (!isComplete(config) || problems.length > 0) {
    throw new ConfigError(problems);
  }
  return Object.freeze({
    ...config,
    usagePlans,
    jwksSnapshot: config.jwksSnapshot === "" ? undefined : config.jwksSnapshot,
  });
}

type Read = <Value>(
  name: string,
  parse: (text: string) => Value | undefined,
  expected: string,
) => Value | undefined;

/** All three or none: half of them would leave callers without a key, whom API Gateway refuses. */
function readUsagePlans(env: Environment, read: Read): UsagePlans | undefined {
  const names = [ENV.usagePlans, ENV.defaultPlan, ENV.refusalKey];
  if (names.every((name) => (env[name] ?? "") === "")) return undefined;
  const sharedKeys = read(
    ENV.usagePlans,
    parseSharedKeys,
    "plan=key pairs separated by commas",
  );
  const defaultPlan = read(
    ENV.defaultPlan,
    (text) =>
      sharedKeys === undefined || sharedKeys.has(text) ? text : undefined,
    `the name of one of the plans in ${ENV.usagePlans}`,
  );
  const refusalKey = read(
    ENV.refusalKey,
    (text) => (isUsageKey(text) ? text : undefined),
    "an API key of 20 to 128 letters and digits",
  );
  return sharedKeys && defaultPlan !== undefined && refusalKey !== undefined
    ? { sharedKeys, defaultPlan, refusalKey }
    : undefined;
}

function parseSharedKeys(
  text: string,
): ReadonlyMap<string, string> | undefined {
  const pairs = text.split(",").map((pair) => pair.split("=", 2));
  const keys = new Map<string, string>();
  for (const [plan, key] of pairs) {
    if (!isPlanName(plan) || !isUsageKey(key) || keys.has(plan)) {
      return undefined;
    }
    keys.set(plan, key);
  }
  return keys;
}

type Complete<Config> = {
  readonly [Name in keyof Config]: Exclude<Config[Name], undefined>;
};

/** A variable that is missing or malformed has no value, and a problem on the list. */
function isComplete<Config extends Readonly<Record<string, unknown>>>(
  config: Config,
): config is Config & Complete<Config> {
  return Object.values(config).every((value) => value !== undefined);
}

function parseList(
  text: string,
  isValid: (entry: string) => boolean,
): readonly string[] | undefined {
  const entries = text.split(",").map((entry) => entry.trim());
  const isUnique = new Set(entries).size === entries.length;
  return isUnique && entries.every((entry) => entry !== "" && isValid(entry))
    ? entries
    : undefined;
}

/** The JWKS lies at `<issuer>.well-known/jwks.json`, so the slash matters twice. */
function isIssuer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url?.href === text &&
    url.protocol === "https:" &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "" &&
    text.endsWith("/")
  );
}

function parseSeconds(
  text: string,
  minimum: number,
  maximum: number,
): number | undefined {
  const seconds = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return seconds >= minimum && seconds <= maximum ? seconds : undefined;
}

/** Judged with a sample tenant id, because every one has the same grammar. */
function parseRouteList(text: string): readonly string[] | undefined {
  const sample = parseTenantId("sample");
  let routes: unknown;
  try {
    routes = JSON.parse(text);
  } catch {
    // Not JSON: malformed, and the caller says so.
  }
  return Array.isArray(routes) &&
    routes.every(
      (route): route is string =>
        typeof route === "string" &&
        sample !== undefined &&
        parseRoute(route, sample).ok,
    )
    ? routes
    : undefined;
}
