import { RemovalPolicy, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { AccessLog } from "./access-log.ts";
import { acknowledgeFindings } from "./api-findings.ts";
import { ApiDomain } from "./api-domain.ts";
import { ApiFirewall, buildBlockedAnswer, findWebAcl } from "./api-firewall.ts";
import { BackendClientCertificate } from "./backend-client-certificate.ts";
import { buildPreflight } from "./cors.ts";
import { definedOnly } from "./defined-only.ts";
import { EchoBackend } from "./echo-backend.ts";
import { findEncryptionKey } from "./encryption-key.ts";
import { addGatewayResponses } from "./gateway-responses.ts";
import { forwardTo } from "./http-backend.ts";
import { refuse } from "./prop-checks.ts";
import { tagResources } from "./resource-tags.ts";
import { addStackOutputs } from "./stack-outputs.ts";
import { findGivenTable, isOneOfSeveralRegions } from "./stack-table.ts";
import {
  findStackProblems,
  type TenantApiStackProps,
} from "./tenant-api-stack-props.ts";
import { TenantAuthorizer } from "./tenant-authorizer.ts";
import { TenantChanges } from "./tenant-changes.ts";
import { TenantMonitoring } from "./tenant-monitoring.ts";
import { TenantPlans } from "./tenant-plans.ts";

// A construct and its props come from one file, as everywhere here.
export type { TenantApiStackProps } from "./tenant-api-stack-props.ts";

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
    refuse(this.node.path, findStackProblems(props, this.region));

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
      ...definedOnly({
        table: findGivenTable(this, props, encryption.encryptionKey),
      }),
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
    this.monitoring =
      (props.monitoring ?? true)
        ? new TenantMonitoring(this, "Monitoring", {
            tenantAuthorizer: this.tenantAuthorizer,
            stage: this.api.deploymentStage,
            accessLog: accessLog.logGroup,
            ...definedOnly({
              tenantChanges: this.tenantChanges,
              tenantPlans: this.tenantPlans,
              authorizerMonitoring: this.tenantAuthorizer.release?.monitoring,
              alarmTopic: this.findAlarmTopic(props),
            }),
          })
        : undefined;

    const stage = this.api.deploymentStage;
    if (webAcl !== undefined) {
      new ApiFirewall(this, "Firewall", { stage, webAcl });
    }
    const domain =
      props.customDomain &&
      new ApiDomain(this, "Domain", {
        ...props.customDomain,
        api: this.api,
        ...(isOneOfSeveralRegions(props) && { latencyRegion: this.region }),
      });
    tagResources(this, props.tags ?? {});
    acknowledgeFindings(this.api, webAcl !== undefined);

    addStackOutputs(this, {
      api: this.api,
      domain,
      tenantAuthorizer: this.tenantAuthorizer,
      tenantPlans: this.tenantPlans,
      clientCertificateId,
    });
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
