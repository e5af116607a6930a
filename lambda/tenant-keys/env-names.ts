/** The names of the tenant-keys function's environment variables, shared by the construct and the parser. */
export const TENANT_KEYS_ENV = {
  tenantTable: "TENANT_TABLE",
  tenantClaim: "TENANT_CLAIM",
  restApiId: "REST_API_ID",
  stageName: "STAGE_NAME",
  usagePlanIds: "USAGE_PLAN_IDS",
  defaultPlan: "DEFAULT_PLAN",
  retireAfterSeconds: "RETIRE_AFTER_SECONDS",
  callsPerSecond: "CALLS_PER_SECOND",
} as const;

/** The tag by which the function's role is held to the keys of its own stage; its value is `apiId/stage`. */
export const TENANT_KEYS_TAG = "auth0-tenant-authorizer";

/** Where its metrics are found in CloudWatch. */
export const METRIC_NAMESPACE = "Auth0TenantAuthorizer";
