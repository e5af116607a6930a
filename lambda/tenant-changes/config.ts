/** The function's configuration, from its environment variables. */
import {
  MAX_TENANT_CACHE_SECONDS,
  TENANT_CHANGES_ENV as ENV,
} from "./env-names.ts";

export interface TenantChangesConfig {
  readonly restApiId: string;
  readonly stageName: string;
  /** How long the authorizer uses a record without reading it again. */
  readonly tenantCacheSeconds: number;
  /** Whether a stream record may have been a write of another region's. */
  readonly tableMayHaveReplicas: boolean;
}

/** Every problem of the environment at once; the function does not start. */
export class TenantChangesConfigError extends Error {
  readonly code = "config_broken";
}

type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLES = [
  {
    name: ENV.restApiId,
    isGood: (text: string) => /^[A-Za-z0-9]{1,64}$/.test(text),
    expected: "a REST API's id",
  },
  {
    name: ENV.stageName,
    isGood: (text: string) => /^[A-Za-z0-9_-]{1,128}$/.test(text),
    expected: "a stage's name",
  },
  {
    name: ENV.tenantCacheSeconds,
    isGood: (text: string) =>
      /^[0-9]{1,4}$/.test(text) && Number(text) <= MAX_TENANT_CACHE_SECONDS,
    expected: `whole seconds from 0 to ${MAX_TENANT_CACHE_SECONDS}, as the authorizer has them`,
  },
  {
    name: ENV.tableMayHaveReplicas,
    isGood: (text: string) => text === "true" || text === "false",
    expected: "true or false",
  },
] as const;

/** @throws TenantChangesConfigError naming each variable that is missing or malformed */
export function parseTenantChangesConfig(
  env: Environment,
): TenantChangesConfig {
  const read = (name: string): string => env[name] ?? "";
  const problems = VARIABLES.filter(({ name, isGood }) => !isGood(read(name)));
  if (problems.length > 0) {
    const described = problems.map(
      ({ name, expected }) =>
        `${name} is ${read(name) === "" ? "missing" : "malformed"}: expected ${expected}`,
    );
    throw new TenantChangesConfigError(
      `the environment of tenant-changes is unusable: ${described.join("; ")}`,
    );
  }
  return Object.freeze({
    restApiId: read(ENV.restApiId),
    stageName: read(ENV.stageName),
    tenantCacheSeconds: Number(read(ENV.tenantCacheSeconds)),
    tableMayHaveReplicas: read(ENV.tableMayHaveReplicas) === "true",
  });
}
