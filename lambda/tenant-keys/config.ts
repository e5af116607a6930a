/** The function's configuration, from its environment variables. */
import { isPlanName } from "../core/usage-key.ts";
import { TENANT_KEYS_ENV as ENV } from "./env-names.ts";

export interface TenantKeysConfig {
  readonly tenantTable: string;
  /** The table's partition key. */
  readonly tenantClaim: string;
  readonly restApiId: string;
  readonly stageName: string;
  /** Name of the plan → its id in API Gateway. */
  readonly planIds: ReadonlyMap<string, string>;
  readonly defaultPlan: string;
  /** How long a key stays after nobody is in its seat: longer than any answer that names it is repeated. */
  readonly retireAfterSeconds: number;
  /** Of API Gateway's control plane, at most. */
  readonly callsPerSecond: number;
}

/** Every problem of the environment at once; the function does not start. */
export class TenantKeysConfigError extends Error {
  readonly code = "config_broken";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws TenantKeysConfigError naming each variable that is missing or malformed */
export function parseTenantKeysConfig(env: Environment): TenantKeysConfig {
  const problems: string[] = [];
  const read = <Value>(
    name: string,
    parse: (text: string) => Value | undefined,
    expected: string,
    fallback: Value,
  ): Value => {
    const text = env[name] ?? "";
    const value = text === "" ? undefined : parse(text);
    if (value !== undefined) return value;
    problems.push(
      `${name} is ${text === "" ? "missing" : "malformed"}: expected ${expected}`,
    );
    return fallback;
  };
  const matching =
    (pattern: RegExp) =>
    (text: string): string | undefined =>
      pattern.test(text) ? text : undefined;

  const planIds = read(
    ENV.usagePlanIds,
    parsePlanIds,
    "plan=id pairs separated by commas",
    new Map<string, string>(),
  );
  const config = {
    tenantTable: read(
      ENV.tenantTable,
      matching(/^[A-Za-z0-9_.-]{3,255}$/),
      "a DynamoDB table name",
      "",
    ),
    tenantClaim: read(
      ENV.tenantClaim,
      matching(/^\S{1,255}$/),
      "the table's partition key",
      "",
    ),
    restApiId: read(
      ENV.restApiId,
      matching(/^[A-Za-z0-9]{1,64}$/),
      "a REST API's id",
      "",
    ),
    stageName: read(
      ENV.stageName,
      matching(/^[A-Za-z0-9_-]{1,128}$/),
      "a stage's name",
      "",
    ),
    planIds,
    defaultPlan: read(
      ENV.defaultPlan,
      (text) => (planIds.size === 0 || planIds.has(text) ? text : undefined),
      `the name of one of the plans in ${ENV.usagePlanIds}`,
      "",
    ),
    retireAfterSeconds: read(
      ENV.retireAfterSeconds,
      (text) => parseWhole(text, 1, 31_536_000),
      "whole seconds from 1 to 31536000",
      1,
    ),
    callsPerSecond: read(
      ENV.callsPerSecond,
      (text) => parseWhole(text, 1, 10),
      "a whole number from 1 to 10",
      1,
    ),
  };
  if (problems.length > 0) {
    throw new TenantKeysConfigError(
      `the environment of tenant-keys is unusable: ${problems.join("; ")}`,
    );
  }
  return Object.freeze(config);
}

function parsePlanIds(text: string): ReadonlyMap<string, string> | undefined {
  const planIds = new Map<string, string>();
  for (const pair of text.split(",")) {
    const [plan, id = ""] = pair.split("=", 2);
    const isGood = isPlanName(plan) && /^[A-Za-z0-9]{1,64}$/.test(id);
    if (!isGood || planIds.has(plan)) return undefined;
    planIds.set(plan, id);
  }
  return planIds;
}

function parseWhole(
  text: string,
  min: number,
  max: number,
): number | undefined {
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}
