import { CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { AccessLog } from "./access-log.ts";
import { acknowledgeFindings } from "./api-findings.ts";
import { ApiDomain } from "./api-domain.ts";
import { ApiFirewall, buildBlockedAnswer, findWebAcl } from "./api-firewall.ts";
import {
  BackendClientCertificate,
  type BackendClientCertificateOption,
  findClientCertificateProblem,
} from "./backend-client-certificate.ts";
import { buildPreflight } from "./cors.ts";
import { definedOnly } from "./defined-only.ts";
import { EchoBackend } from "./echo-backend.ts";
import { findEncryptionKey } from "./encryption-key.ts";
import { addGatewayResponses } from "./gateway-responses.ts";
import { findGuardRailProblems, type GuardRailOptions } from "./guard-rails.ts";
import { forwardTo } from "./http-backend.ts";
import {
  findAlarmTopicProblem,
  findBackendUrlProblem,
  findNumberProblem,
  findOriginListProblem,
  findOriginProblem,
  findStageNameProblem,
  refuse,
  THROTTLING_LIMITS,
} from "./prop-checks.ts";
import { tagResources } from "./resource-tags.ts";
import type { TenantAuthorizerOptions } from "./tenant-authorizer-options.ts";
import { TenantAuthorizer } from "./tenant-authorizer.ts";
import { TenantChanges } from "./tenant-changes.ts";
import { TenantMonitoring } from "./tenant-monitoring.ts";
import { TenantPlans } from "./tenant-plans.ts";

/** What a {@link TenantApiStack} is made of: the stack's own props, the authorizer's, and the API's. */
export interface TenantApiStackProps
  extends StackProps, TenantAuthorizerOptions, GuardRailOptions {
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

/** A regional REST API of which every route, known or not, is behind the tenant authorizer. */
export class TenantApiStack extends Stack {
  /** The API, every method of which is behind the authorizer. */
  readonly api: apigateway.RestApi;

  /** What guards it, with the table of tenant records. */
  readonly tenantAuthorizer: TenantAuthorizer;

  /** What empties the stage's authorizer cache, and the alarms about it; absent without `flushOnTenantChange`. */
  readonly tenantChanges: TenantChanges | undefined;

  /** Metrics, alarms, dashboard and queries; absent without `monitoring`. */
  readonly monitoring: TenantMonitoring | undefined;

  /** The usage plans and what makes their keys; absent without `plans`. */
  readonly tenantPlans: TenantPlans | undefined;

  constructor(scope: Construct, id: string, props: TenantApiStackProps) {
    super(scope, id, {
      description:
        "A REST API whose access tokens each open one tenant's routes",
      ...props,
    });
    refuse(this.node.path, [
      ...findStackProblems(props),
      ...findGuardRailProblems(props, this.region),
    ]);

    const {
      corsOrigins = [],
      logRetention = logs.RetentionDays.ONE_MONTH,
      removalPolicy = RemovalPolicy.RETAIN,
    } = props;

    const encryption = definedOnly({
      encryptionKey: findEncryptionKey(this, props, removalPolicy),
    });
    const webAcl = findWebAcl(props.waf);
    const clientCertificateId = this.findClientCertificateId(props);
    const accessLog = new AccessLog(this, "AccessLog", {
      retention: logRetention,
      removalPolicy,
      ...encryption,
    });
    this.api = new apigateway.RestApi(this, "Api", {
      restApiName: this.stackName,
      description: "Each access token opens one tenant's routes",
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: props.cloudWatchRole ?? true,
      ...(props.customDomain && { disableExecuteApiEndpoint: true }),
      ...(props.plans && {
        apiKeySourceType: apigateway.ApiKeySourceType.AUTHORIZER,
      }),
      deployOptions: {
        stageName: props.stageName ?? "prod",
        throttlingRateLimit: props.throttlingRateLimit ?? 1000,
        throttlingBurstLimit: props.throttlingBurstLimit ?? 500,
        tracingEnabled: true,
        ...(clientCertificateId !== undefined && { clientCertificateId }),
        ...accessLog.stageOptions,
      },
    });
    // RestApi's own output has a generated name; ApiUrl below says the same under a stable one.
    this.api.node.tryRemoveChild("Endpoint");

    this.tenantAuthorizer = new TenantAuthorizer(this, "TenantAuthorizer", {
      ...props,
      ...encryption,
      api: this.api,
    });
    addGatewayResponses(
      this.api,
      corsOrigins,
      webAcl === undefined ? [] : [buildBlockedAnswer(webAcl)],
    );

    const { root, proxy } =
      props.backendUrl === undefined
        ? new EchoBackend(this, "Echo", {
            corsOrigins,
            logRetention,
            removalPolicy,
            ...encryption,
          })
        : forwardTo(props.backendUrl);
    const { authorizer } = this.tenantAuthorizer;
    const enforcePlans = props.enforcePlans ?? true;
    const guarded = {
      authorizer,
      ...(props.plans && enforcePlans && { apiKeyRequired: true }),
    };
    this.api.root.addMethod("ANY", root, guarded);
    const anyPath = this.api.root.addResource("{proxy+}");
    anyPath.addMethod("ANY", proxy, {
      ...guarded,
      requestParameters: { "method.request.path.proxy": true },
    });
    if (corsOrigins.length > 0) {
      const preflight = buildPreflight(corsOrigins);
      this.api.root.addCorsPreflight(preflight);
      anyPath.addCorsPreflight(preflight);
    }

    this.tenantChanges =
      (props.flushOnTenantChange ?? true)
        ? new TenantChanges(this, "TenantChanges", {
            tenantAuthorizer: this.tenantAuthorizer,
            stage: this.api.deploymentStage,
            logRetention,
            removalPolicy,
            ...encryption,
          })
        : undefined;
    this.monitoring =
      (props.monitoring ?? true)
        ? new TenantMonitoring(this, "Monitoring", {
            tenantAuthorizer: this.tenantAuthorizer,
            stage: this.api.deploymentStage,
            accessLog: accessLog.logGroup,
            ...definedOnly({
              tenantChanges: this.tenantChanges,
              authorizerMonitoring: this.tenantAuthorizer.release?.monitoring,
              alarmTopic: this.findAlarmTopic(props),
            }),
          })
        : undefined;

    this.tenantPlans =
      props.plans &&
      new TenantPlans(this, "TenantPlans", {
        tenantAuthorizer: this.tenantAuthorizer,
        stage: this.api.deploymentStage,
        enforce: enforcePlans,
        logRetention,
        removalPolicy,
        ...encryption,
      });

    const stage = this.api.deploymentStage;
    if (webAcl !== undefined) {
      new ApiFirewall(this, "Firewall", { stage, webAcl });
    }
    const domain =
      props.customDomain &&
      new ApiDomain(this, "Domain", { ...props.customDomain, api: this.api });
    tagResources(this, props.tags ?? {});
    acknowledgeFindings(this.api, webAcl !== undefined);

    new CfnOutput(this, "ApiUrl", {
      value: domain?.url ?? this.api.url,
      description: "Where the API is served",
    });
    if (domain !== undefined) {
      new CfnOutput(this, "ApiDomainTarget", {
        value: domain.target,
        description: "What the DNS record of the API's domain must point at",
      });
    }
    new CfnOutput(this, "TenantTableName", {
      value: this.tenantAuthorizer.table.tableName,
      description: "The DynamoDB table that holds the tenant records",
    });
    new CfnOutput(this, "AuthorizerFunctionName", {
      value: this.tenantAuthorizer.function.functionName,
      description: "The Lambda function that decides",
    });
    if (this.tenantPlans !== undefined) {
      new CfnOutput(this, "TenantKeysFunctionName", {
        value: this.tenantPlans.function.functionName,
        description:
          "The Lambda function that makes usage keys; invoke it to compare all tenants with all keys now",
      });
    }
    if (clientCertificateId !== undefined) {
      new CfnOutput(this, "BackendClientCertificateId", {
        value: clientCertificateId,
        description:
          "The client certificate that the backend must verify; aws apigateway get-client-certificate shows it",
      });
    }
  }

  private findAlarmTopic({
    alarmTopic,
  }: TenantApiStackProps): sns.ITopic | undefined {
    return typeof alarmTopic === "string"
      ? sns.Topic.fromTopicArn(this, "AlarmTopic", alarmTopic)
      : alarmTopic;
  }

  private findClientCertificateId({
    backendClientCertificate: certificate = false,
  }: TenantApiStackProps): string | undefined {
    if (typeof certificate === "string") return certificate;
    return certificate
      ? new BackendClientCertificate(this, "BackendClientCertificate")
          .clientCertificateId
      : undefined;
  }
}

function findStackProblems(
  props: TenantApiStackProps,
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
  ];
}
