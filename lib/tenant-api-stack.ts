import { CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { AccessLog } from "./access-log.ts";
import {
  BackendClientCertificate,
  type BackendClientCertificateOption,
  findClientCertificateProblem,
} from "./backend-client-certificate.ts";
import { buildPreflight } from "./cors.ts";
import { EchoBackend } from "./echo-backend.ts";
import { addGatewayResponses } from "./gateway-responses.ts";
import { forwardTo } from "./http-backend.ts";
import {
  findBackendUrlProblem,
  findNumberProblem,
  findOriginListProblem,
  findOriginProblem,
  findStageNameProblem,
  refuse,
  THROTTLING_LIMITS,
} from "./prop-checks.ts";
import type { TenantAuthorizerOptions } from "./tenant-authorizer-options.ts";
import { TenantAuthorizer } from "./tenant-authorizer.ts";
import { TenantChanges } from "./tenant-changes.ts";
import { TenantPlans } from "./tenant-plans.ts";

export interface TenantApiStackProps
  extends StackProps, TenantAuthorizerOptions {
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
}

/** A regional REST API of which every route, known or not, is behind the tenant authorizer. */
export class TenantApiStack extends Stack {
  readonly api: apigateway.RestApi;
  readonly tenantAuthorizer: TenantAuthorizer;

  /** What empties the stage's authorizer cache, and the alarms about it; absent without `flushOnTenantChange`. */
  readonly tenantChanges: TenantChanges | undefined;

  /** The usage plans and what makes their keys; absent without `plans`. */
  readonly tenantPlans: TenantPlans | undefined;

  constructor(scope: Construct, id: string, props: TenantApiStackProps) {
    super(scope, id, {
      description:
        "A REST API whose access tokens each open one tenant's routes",
      ...props,
    });
    refuse(this.node.path, findStackProblems(props));

    const {
      corsOrigins = [],
      logRetention = logs.RetentionDays.ONE_MONTH,
      removalPolicy = RemovalPolicy.RETAIN,
    } = props;

    const clientCertificateId = this.findClientCertificateId(props);
    const accessLog = new AccessLog(this, "AccessLog", {
      retention: logRetention,
      removalPolicy,
    });
    this.api = new apigateway.RestApi(this, "Api", {
      restApiName: this.stackName,
      description: "Each access token opens one tenant's routes",
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: props.cloudWatchRole ?? true,
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
      api: this.api,
    });
    addGatewayResponses(this.api, corsOrigins);

    const { root, proxy } =
      props.backendUrl === undefined
        ? new EchoBackend(this, "Echo", {
            corsOrigins,
            logRetention,
            removalPolicy,
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
      });

    new CfnOutput(this, "ApiUrl", {
      value: this.api.url,
      description: "Where the API is served",
    });
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
