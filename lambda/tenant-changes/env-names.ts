/** The names of the tenant-changes function's environment variables, shared by the construct and the parser. */
export const TENANT_CHANGES_ENV = {
  restApiId: "REST_API_ID",
  stageName: "STAGE_NAME",
  tenantCacheSeconds: "TENANT_CACHE_SECONDS",
} as const;
