import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { ECHO_ENV } from "../lambda/echo/env-names.ts";
import { NodeFunction } from "./node-function.ts";

export interface EchoBackendProps {
  /** The origins whose pages may read the answers. */
  readonly corsOrigins: readonly string[];

  /** How long its log is kept. */
  readonly logRetention: logs.RetentionDays;

  /** What becomes of its log when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;

  /**
   * The key that encrypts its log.
   *
   * @default - one that CloudWatch Logs manages
   */
  readonly encryptionKey?: kms.IKey;
}

/** A backend to try the authorizer with: it answers with the tenant context that it received. */
export class EchoBackend extends NodeFunction {
  readonly root: apigateway.Integration;
  readonly proxy: apigateway.Integration;

  constructor(scope: Construct, id: string, props: EchoBackendProps) {
    super(scope, id, {
      description:
        "Sample backend: answers with the tenant context it received",
      entry: "lambda/echo/handler.ts",
      timeout: Duration.seconds(3),
      memorySize: 128,
      environment: { [ECHO_ENV.corsOrigins]: props.corsOrigins.join(",") },
      logRetention: props.logRetention,
      removalPolicy: props.removalPolicy,
      ...(props.encryptionKey && { encryptionKey: props.encryptionKey }),
    });
    const integration = new apigateway.LambdaIntegration(this.function, {
      proxy: true,
      // The console's test button skips the authorizer, and the function counts on its context.
      allowTestInvoke: false,
    });
    this.root = integration;
    this.proxy = integration;
  }
}
