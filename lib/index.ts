/**
 * Tenant isolation for an API Gateway REST API: constructs for your own CDK app, whose functions come prebuilt.
 * {@link TenantAuthorizer} guards an API of yours; {@link TenantApiStack} is a whole one.
 *
 * @module auth0-tenant-authorizer
 */
export {
  BackendClientCertificate,
  type BackendClientCertificateOption,
} from "./backend-client-certificate.ts";
export {
  type CanaryOption,
  CanaryRelease,
  type CanaryReleaseProps,
  type CanaryShift,
  type ReleaseOptions,
} from "./canary-release.ts";
export { addGatewayResponses } from "./gateway-responses.ts";
export {
  type BackendIntegrations,
  forwardTo,
  TENANT_HEADERS,
} from "./http-backend.ts";
export type { ShadowOptions, ShadowProps } from "./shadow.ts";
export {
  TenantApiStack,
  type TenantApiStackProps,
} from "./tenant-api-stack.ts";
export {
  TenantAuthorizer,
  type TenantAuthorizerProps,
} from "./tenant-authorizer.ts";
export type { TenantAuthorizerOptions } from "./tenant-authorizer-options.ts";
export { TenantChanges, type TenantChangesProps } from "./tenant-changes.ts";
export { TenantTable, type TenantTableProps } from "./tenant-table.ts";
