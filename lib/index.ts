/**
 * Tenant isolation for an API Gateway REST API: constructs for your own CDK app, whose functions come prebuilt.
 * {@link TenantAuthorizer} guards an API of yours; {@link TenantApiStack} is a whole one.
 *
 * @module auth0-tenant-authorizer
 */
export { AccessLog, type AccessLogProps } from "./access-log.ts";
export {
  ApiDomain,
  type ApiDomainProps,
  type CustomDomainOptions,
} from "./api-domain.ts";
export {
  ApiFirewall,
  type ApiFirewallLimits,
  type ApiFirewallProps,
  buildBlockedAnswer,
  type WafOption,
} from "./api-firewall.ts";
export {
  BackendClientCertificate,
  type BackendClientCertificateOption,
} from "./backend-client-certificate.ts";
export type { KmsKeyOption } from "./encryption-key.ts";
export {
  addGatewayResponses,
  type GatewayAnswer,
} from "./gateway-responses.ts";
export type { GuardRailOptions } from "./guard-rails.ts";
export {
  type CanaryOption,
  CanaryRelease,
  type CanaryReleaseProps,
  type CanaryShift,
  type ReleaseOptions,
} from "./canary-release.ts";
export {
  type BackendIntegrations,
  forwardTo,
  TENANT_HEADERS,
} from "./http-backend.ts";
export type {
  ReplicaStackOptions,
  TableReplicaOptions,
} from "./table-replicas.ts";
export type { AlarmThresholds } from "./monitoring/alarm-thresholds.ts";
export {
  AuthorizerMonitoring,
  type AuthorizerMonitoringProps,
  type MonitoredAuthorizer,
} from "./monitoring/authorizer-monitoring.ts";
export {
  DecisionMetrics,
  type DecisionMetricsProps,
  type MeasuredValue,
  type Outcome,
} from "./monitoring/decision-metrics.ts";
export type { TenantKeysMetrics } from "./monitoring/tenant-keys-alarms.ts";
export type { ResourceTags } from "./resource-tags.ts";
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
export {
  TenantMonitoring,
  type TenantMonitoringProps,
} from "./tenant-monitoring.ts";
export { TenantPlans, type TenantPlansProps } from "./tenant-plans.ts";
export { TenantTable, type TenantTableProps } from "./tenant-table.ts";
export type {
  QuotaPeriod,
  UsagePlanOptions,
  UsagePlanSet,
  UsageQuota,
} from "./usage-plans.ts";
