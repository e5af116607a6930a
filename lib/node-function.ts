import { type Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { letLogGroupsUse } from "./encryption-key.ts";
import { buildFunctionCode } from "./function-code.ts";

export interface NodeFunctionProps {
  /** The handler's file, relative to the project, exporting `handler`. */
  readonly entry: string;

  /** What the function is for, as the Lambda console shows it. */
  readonly description: string;

  /** How long one invocation may take. */
  readonly timeout: Duration;

  /** Memory in MB; Lambda gives CPU in proportion. */
  readonly memorySize: number;

  /** Environment variables. */
  readonly environment: Readonly<Record<string, string>>;

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

  /**
   * The most invocations at a time, set apart for this function from what the account has.
   *
   * @default - as many as the account has left
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Whether its published versions stay when others have followed them, to go back to by hand.
   *
   * @default false
   */
  readonly retainVersions?: boolean;

  /**
   * Files to put beside the code: name in the bundle → path on this machine.
   *
   * @default - none
   */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * A bundled Node function whose role may write to its own log, send traces, and do nothing else until granted:
 * the managed policy that Lambda functions get by default may write to every log group of the account.
 */
export class NodeFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: iam.Role;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);

    const { encryptionKey, reservedConcurrentExecutions } = props;
    if (encryptionKey) letLogGroupsUse(encryptionKey, this);
    this.logGroup = new logs.LogGroup(this, "LogGroup", {
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
      ...(encryptionKey && { encryptionKey }),
    });
    this.role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    });
    this.logGroup.grantWrite(this.role);

    this.function = new NodejsFunction(this, "Function", {
      description: props.description,
      ...buildFunctionCode(props.entry, props.files ?? {}),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memorySize,
      timeout: props.timeout,
      environment: props.environment,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      ...(reservedConcurrentExecutions !== undefined && {
        reservedConcurrentExecutions,
      }),
      ...(props.retainVersions && {
        currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      }),
    });

    // Tracing granted it just now.
    Validations.of(this.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason:
        "xray:PutTraceSegments and xray:PutTelemetryRecords know no resource; every other statement of this role names its own",
    });
  }
}
