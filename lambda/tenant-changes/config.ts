/** The function's configuration, from its environment variables. */
import { TENANT_CHANGES_ENV as ENV } from "./env-names.ts";

export interface TenantChangesConfig {
  readonly restApiId: string;
  readonly stageName: string;
  /** How long the authorizer uses a record without reading it again. */
  readonly tenantCacheSeconds: number;
}

/** @throws Error naming each variable that is missing or malformed */
export function parseTenantChangesConfig(
  env: Readonly<Record<string, string | undefined>>,
): TenantChangesConfig {
  const restApiId = env[ENV.restApiId] ?? "";
  const stageName = env[ENV.stageName] ?? "";
  const seconds = env[ENV.tenantCacheSeconds] ?? "";
  const problems = [
    /^[A-Za-z0-9]+$/.test(restApiId) ||
      `${ENV.restApiId}: expected a REST API's id`,
    /^[A-Za-z0-9_-]+$/.test(stageName) ||
      `${ENV.stageName}: expected a stage's name`,
    /^[0-9]{1,9}$/.test(seconds) ||
      `${ENV.tenantCacheSeconds}: expected whole seconds`,
  ].filter((problem) => problem !== true);
  if (problems.length > 0) {
    throw new Error(
      `the tenant-changes environment is unusable: ${problems.join("; ")}`,
    );
  }
  return { restApiId, stageName, tenantCacheSeconds: Number(seconds) };
}
