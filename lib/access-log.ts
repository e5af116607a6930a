import type { RemovalPolicy } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { letLogGroupsUse } from "./encryption-key.ts";

/**
 * One JSON line per request. No header and no query string stand in it: the first would hold the token, the second
 * is where other secrets end up. What is unknown to the gateway is logged as "-". `denyReason` means something only
 * beside status 403: an Allow carries one too.
 */
const FIELDS = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  tenantId: "$context.authorizer.tenantId",
  clientId: "$context.authorizer.clientId",
  denyReason: "$context.authorizer.denyReason",
  errorType: "$context.error.responseType",
  authorizerStatus: "$context.authorizer.status",
  authorizerLatencyMs: "$context.authorizer.latency",
  authorizerRequestId: "$context.authorizer.requestId",
  integrationStatus: "$context.integration.status",
  integrationLatencyMs: "$context.integration.latency",
  latencyMs: "$context.responseLatency",
  responseBytes: "$context.responseLength",
  traceId: "$context.xrayTraceId",
} as const;

/** How long an access log is kept, and by whom it can be read. */
export interface AccessLogProps {
  /** How long the log is kept. */
  readonly retention: logs.RetentionDays;

  /** What becomes of the log when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;

  /**
   * The key that encrypts the log.
   *
   * @default - one that CloudWatch Logs manages
   */
  readonly encryptionKey?: kms.IKey;
}

/** The stage's access log: who asked for what, on whose behalf, and what came of it. */
export class AccessLog extends Construct {
  /** The log, with one line for each request. */
  readonly logGroup: logs.LogGroup;

  /** For the stage: `deployOptions` of a `RestApi`. */
  readonly stageOptions: Pick<
    apigateway.StageOptions,
    "accessLogDestination" | "accessLogFormat"
  >;

  constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    if (props.encryptionKey) letLogGroupsUse(props.encryptionKey, this);
    this.logGroup = new logs.LogGroup(this, "LogGroup", props);
    this.stageOptions = {
      accessLogDestination: new apigateway.LogGroupLogDestination(
        this.logGroup,
      ),
      accessLogFormat: apigateway.AccessLogFormat.custom(
        JSON.stringify(FIELDS),
      ),
    };
  }
}
