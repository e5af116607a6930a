import { join } from "node:path";
import { type Duration, type RemovalPolicy, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import {
  LogLevel,
  NodejsFunction,
  OutputFormat,
} from "aws-cdk-lib/aws-lambda-nodejs";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { letLogGroupsUse } from "./encryption-key.ts";
import { SDK_STAND_INS } from "./sdk-stand-ins.ts";

const PROJECT_ROOT = join(import.meta.dirname, "..");

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
      entry: join(PROJECT_ROOT, props.entry),
      // Both are looked up from the working directory unless given, and another app's is not ours.
      projectRoot: PROJECT_ROOT,
      depsLockFilePath: join(PROJECT_ROOT, "package-lock.json"),
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
      bundling: {
        format: OutputFormat.ESM,
        target: "node24",
        // The ES modules of a package first: esbuild can drop what is unused of them.
        mainFields: ["module", "main"],
        minify: true,
        logLevel: LogLevel.WARNING,
        // The SDK too: the runtime's own copy changes without a deployment.
        externalModules: [],
        esbuildArgs: { "--alias": STAND_INS },
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_projectRoot, bundle) =>
            Object.entries(props.files ?? {}).map(([name, file]) =>
              buildCopyCommand(file, join(bundle, name)),
            ),
        },
      },
    });

    // Tracing granted it just now.
    Validations.of(this.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason:
        "xray:PutTraceSegments and xray:PutTelemetryRecords know no resource; every other statement of this role names its own",
    });
  }
}

const STAND_INS: string[] = Object.entries(SDK_STAND_INS).map(
  ([name, file]) => `${name}=${join(PROJECT_ROOT, file)}`,
);

/** A command of the shell that CDK runs its bundling hooks with. */
function buildCopyCommand(from: string, to: string): string {
  return process.platform === "win32"
    ? `copy /y "${from}" "${to}"`
    : `cp ${quote(from)} ${quote(to)}`;
}

function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
