/**
 * The names of the authorizer function's environment variables, shared by the construct that sets them and
 * the parser that reads them, so that the two cannot drift apart.
 */
export const ENV = {
  issuers: "AUTH0_ISSUERS",
  audiences: "AUTH0_AUDIENCES",
  tenantTable: "TENANT_TABLE",
  tenantClaim: "TENANT_CLAIM",
  defaultRoutes: "DEFAULT_ROUTES",
  clockToleranceSeconds: "CLOCK_TOLERANCE_SECONDS",
  maxTokenLifetimeSeconds: "MAX_TOKEN_LIFETIME_SECONDS",
  tenantCacheSeconds: "TENANT_CACHE_SECONDS",
  tenantStaleSeconds: "TENANT_STALE_SECONDS",
  jwksMaxAgeSeconds: "JWKS_MAX_AGE_SECONDS",
  jwksStaleSeconds: "JWKS_STALE_SECONDS",
  policyTimeCondition: "POLICY_TIME_CONDITION",
  jwksSnapshot: "JWKS_SNAPSHOT",
  jwksSnapshotMaxAgeSeconds: "JWKS_SNAPSHOT_MAX_AGE_SECONDS",
  usagePlans: "USAGE_PLANS",
  defaultPlan: "DEFAULT_PLAN",
  refusalKey: "REFUSAL_KEY",
} as const;
