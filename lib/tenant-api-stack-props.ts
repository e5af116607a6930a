import type { StackProps } from "aws-cdk-lib";
import type * as sns from "aws-cdk-lib/aws-sns";
import {
  type BackendClientCertificateOption,
  findClientCertificateProblem,
} from "./backend-client-certificate.ts";
import { findGuardRailProblems, type GuardRailOptions } from "./guard-rails.ts";
import {
  findAlarmTopicProblem,
  findBackendUrlProblem,
  findNumberProblem,
  findOriginListProblem,
  findOriginProblem,
  findStageNameProblem,
  THROTTLING_LIMITS,
} from "./prop-checks.ts";
import {
  findReplicaStackProblems,
  type ReplicaStackOptions,
} from "./table-replicas.ts";
import type { TenantAuthorizerOptions } from "./tenant-authorizer-options.ts";

/** What a `TenantApiStack` is made of: the stack's own props, the authorizer's, and the API's. */
export interface TenantApiStackProps
  extends
    StackProps,
    TenantAuthorizerOptions,
    GuardRailOptions,
    ReplicaStackOptions {
  /**
   * The base URL of the backend, below which every path is forwarded. It receives `X-Tenant-Id`, `X-Tenant-Client`
   * and `X-Tenant-Subject`, and must take requests from this API only: whoever else reaches it can write them too.
   * CORS headers on its answers are its own to send.
   *
   * @default - a sample backend that answers with the tenant context it received
   */
  readonly backendUrl?: string;

  /**
   * Whether API Gateway shows the backend a TLS client certificate. `true` makes one; the id of one that exists shows
   * that one, which is how to rotate. The backend must ask for it and accept no other, or nothing is gained. It ends
   * 365 days after it was made, and is not renewed: docs/backends.md. Takes `backendUrl`.
   *
   * @default false
   */
  readonly backendClientCertificate?: BackendClientCertificateOption;

  /**
   * The origins whose pages may call the API, such as `https://app.acme.com`, or `*` alone.
   *
   * @default - none: no preflight is answered
   */
  readonly corsOrigins?: readonly string[];

  /**
   * The stage's name, which is the first segment of the URL's path.
   *
   * @default "prod"
   */
  readonly stageName?: string;

  /**
   * Steady requests per second over all tenants. Not a guarantee: API Gateway applies it as a best effort.
   *
   * @default 1000
   */
  readonly throttlingRateLimit?: number;

  /**
   * Requests that may come at once above the steady rate.
   *
   * @default 500
   */
  readonly throttlingBurstLimit?: number;

  /**
   * Whether a change of a tenant's row empties the stage's authorizer cache, which takes a table with a stream. Without
   * it a suspension takes up to `resultsCacheTtl` to be seen.
   *
   * @default true
   */
  readonly flushOnTenantChange?: boolean;

  /**
   * Whether a request must have a key of one of the `plans`. Deploy them without first, and wait as long as the gateway
   * may repeat answers from before, which name no key and would be refused: docs/plans.md.
   *
   * @default true
   */
  readonly enforcePlans?: boolean;

  /**
   * Whether to set the role with which API Gateway writes logs. It is one setting for the whole account and
   * region, without which a stage with an access log cannot be created; whichever role is set gives way to one with
   * the same rights, and stays when this stack is deleted. Switch off where the account's owner manages it.
   *
   * @default true
   */
  readonly cloudWatchRole?: boolean;

  /**
   * Whether there are metrics, alarms, a dashboard and saved queries. docs/runbook.md says what they cost. The alarms
   * of `TenantChanges`, and those that `canary` needs, are there in any case.
   *
   * @default true
   */
  readonly monitoring?: boolean;

  /**
   * Who is told when an alarm is raised: a topic of this app, or the ARN of one that exists in the stack's region.
   *
   * @default - nobody
   */
  readonly alarmTopic?: sns.ITopic | string;
}

/**
 * What is wrong with the props beside the authorizer's, which it looks at itself.
 *
 * @param region the stack's, which may be known at deployment only
 */
export function findStackProblems(
  props: TenantApiStackProps,
  region: string,
): readonly (string | undefined)[] {
  const { corsOrigins = [] } = props;
  return [
    props.backendUrl === undefined
      ? undefined
      : findBackendUrlProblem(props.backendUrl),
    findClientCertificateProblem(
      props.backendClientCertificate,
      props.backendUrl,
    ),
    props.enforcePlans !== undefined && props.plans === undefined
      ? "enforcePlans means nothing without plans"
      : undefined,
    ...corsOrigins.map(findOriginProblem),
    findOriginListProblem(corsOrigins),
    typeof props.alarmTopic === "string"
      ? findAlarmTopicProblem(props.alarmTopic)
      : undefined,
    props.alarmTopic !== undefined && props.monitoring === false
      ? "alarmTopic means nothing without monitoring: add actions to tenantChanges.alarms, or leave monitoring on"
      : undefined,
    props.stageName === undefined
      ? undefined
      : findStageNameProblem(props.stageName),
    props.throttlingRateLimit === undefined
      ? undefined
      : findNumberProblem(
          "throttlingRateLimit",
          props.throttlingRateLimit,
          THROTTLING_LIMITS,
        ),
    props.throttlingBurstLimit === undefined
      ? undefined
      : findNumberProblem(
          "throttlingBurstLimit",
          props.throttlingBurstLimit,
          THROTTLING_LIMITS,
        ),
    ...findGuardRailProblems(props, region),
    ...findReplicaStackProblems(props, region),
  ];
}
