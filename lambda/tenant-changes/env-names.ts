/** What the construct and the function's parser must agree on. */

/** The names of the tenant-changes function's environment variables. */
export const TENANT_CHANGES_ENV = {
  restApiId: "REST_API_ID",
  stageName: "STAGE_NAME",
  tenantCacheSeconds: "TENANT_CACHE_SECONDS",
  tableMayHaveReplicas: "TABLE_MAY_HAVE_REPLICAS",
} as const;

/** Where its metrics are found in CloudWatch. */
export const METRIC_NAMESPACE = "Auth0TenantAuthorizer";

/** The function waits for records this old to be forgotten, within one invocation and between two flushes. */
export const MAX_TENANT_CACHE_SECONDS = 20;
