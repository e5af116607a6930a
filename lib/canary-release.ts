import { Stack, Validations } from "aws-cdk-lib";
import type * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as codedeploy from "aws-cdk-lib/aws-codedeploy";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";

import { Construct } from "constructs";
import {
  AuthorizerMonitoring,
  type MonitoredAuthorizer,
} from "./monitoring/authorizer-monitoring.ts";
import { findNumberProblem } from "./prop-checks.ts";

/** How invocations move to a new version, in CodeDeploy's words: a share of them first, or so much more every so often. */
export type CanaryShift =
  | "canary10Percent5Minutes"
  | "canary10Percent10Minutes"
  | "canary10Percent15Minutes"
  | "canary10Percent30Minutes"
  | "linear10PercentEvery1Minute"
  | "linear10PercentEvery3Minutes"
  | "allAtOnce";

const SHIFTS: Readonly<
  Record<CanaryShift, codedeploy.ILambdaDeploymentConfig>
> = {
  canary10Percent5Minutes:
    codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  canary10Percent10Minutes:
    codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
  canary10Percent15Minutes:
    codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
  canary10Percent30Minutes:
    codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_30MINUTES,
  linear10PercentEvery1Minute:
    codedeploy.LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
  linear10PercentEvery3Minutes:
    codedeploy.LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_3MINUTES,
  allAtOnce: codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE,
};

/** `true` is `canary10Percent5Minutes`. */
export type CanaryOption = boolean | CanaryShift;

/** How new versions of the function come into force. */
export interface ReleaseOptions {
  /**
   * Whether a new version of the function takes over step by step, and is taken back when one of its alarms is raised:
   * `true`, or how it takes over. The authorizer then invokes the alias `live`. docs/releases.md says what it costs and
   * what an answer that the gateway has kept means for it.
   *
   * @default false: a new version takes over at once
   */
  readonly canary?: CanaryOption;

  /**
   * Environments of the function that are kept started, 1 or more, for which AWS bills every hour. Takes `canary`, for
   * it belongs to the alias, and must not be more than `reservedConcurrentExecutions`.
   *
   * @default - none: an environment starts when a request needs it
   */
  readonly provisionedConcurrentExecutions?: number;
}

/** What is released, and before which API. */
export interface CanaryReleaseProps {
  /** The API whose stage must not call the alias before it may. */
  readonly api: apigateway.RestApi;

  /** The function that decides, and what is watched of it. */
  readonly tenantAuthorizer: MonitoredAuthorizer;

  /** The same function, whose versions are released. */
  readonly function: lambda.Function;

  /** How a new version takes over. */
  readonly shift: CanaryShift;

  /**
   * Environments of the alias that are kept started.
   *
   * @default - none
   */
  readonly provisionedConcurrentExecutions?: number;
}

const ALIAS = "live";

/**
 * The alias that API Gateway invokes, and the CodeDeploy deployment group that moves it to a new version.
 *
 * CloudFormation makes it in this order: function, alarms, deployment group, version, alias, authorizer, permission,
 * stage. Nothing may point back: an alarm that named the stage, or a role that named the alias, would be a circle.
 */
export class CanaryRelease extends Construct {
  /** What API Gateway invokes. */
  readonly alias: lambda.Alias;

  /** What moves the alias; an alarm that is added to it must not name the API. */
  readonly deploymentGroup: codedeploy.LambdaDeploymentGroup;

  /** Metrics and alarms of the function; a deployment is taken back on its `releaseAlarms`. */
  readonly monitoring: AuthorizerMonitoring;

  readonly #api: apigateway.RestApi;

  constructor(scope: Construct, id: string, props: CanaryReleaseProps) {
    super(scope, id);
    const { function: released, provisionedConcurrentExecutions } = props;
    this.#api = props.api;
    this.monitoring = new AuthorizerMonitoring(this, "Monitoring", {
      tenantAuthorizer: props.tenantAuthorizer,
    });
    this.alias = new lambda.Alias(this, "Alias", {
      aliasName: ALIAS,
      // aws-cdk-lib's classes fit their own interfaces only without exactOptionalPropertyTypes.
      version: released.currentVersion as lambda.IVersion,
      description: "The version that decides",
      ...(provisionedConcurrentExecutions !== undefined && {
        provisionedConcurrentExecutions,
      }),
    });
    this.deploymentGroup = new codedeploy.LambdaDeploymentGroup(
      this,
      "Deployments",
      {
        alias: this.alias,
        deploymentConfig: SHIFTS[props.shift],
        alarms: [...this.monitoring.releaseAlarms],
        role: this.#createRole(
          released,
          provisionedConcurrentExecutions !== undefined,
        ),
      },
    );
  }

  /**
   * To be called when the authorizer is there. It makes the API's deployment wait for the permission, which is the
   * alias's own: a stage that called the alias before would answer 503 until it came.
   */
  holdStageBack(): void {
    this.#api.latestDeployment?.node.addDependency(this.alias);
  }

  /** What AWS's policy for CodeDeploy grants for all functions of the account, for this one. */
  #createRole(released: lambda.Function, isProvisioned: boolean): iam.IRole {
    const { functionArn } = released;
    const statement = (
      actions: readonly string[],
      resource: string,
    ): iam.PolicyStatement =>
      new iam.PolicyStatement({
        actions: [...actions],
        resources: [resource],
      });
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("codedeploy.amazonaws.com"),
      inlinePolicies: {
        MoveAlias: new iam.PolicyDocument({
          statements: [
            statement(["lambda:GetAlias", "lambda:UpdateAlias"], functionArn),
            statement(
              ["lambda:GetAlias", "lambda:UpdateAlias"],
              `${functionArn}:${ALIAS}`,
            ),
            ...(isProvisioned
              ? [
                  statement(
                    ["lambda:GetProvisionedConcurrencyConfig"],
                    `${functionArn}:*`,
                  ),
                ]
              : []),
            statement(["cloudwatch:DescribeAlarms"], "*"),
          ],
        }),
      },
    });
    Validations.of(role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason:
        "cloudwatch:DescribeAlarms reads the state of several alarms at once, and nothing but alarms; every other statement names this function",
    });
    if (isProvisioned) {
      const stack = Stack.of(released);
      const { defaultChild } = released.node;
      const id = stack.getLogicalId(defaultChild as lambda.CfnFunction);
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`,
        reason:
          "the versions of this one function: CodeDeploy waits for the environments of the new one, whose number is known at deployment only",
      });
    }
    // CDK would add the managed policy, which may move the aliases of all functions.
    return role.withoutPolicyUpdates();
  }
}

/** How to shift, or `undefined` for at once and without an alias. */
export function readShift(
  canary: CanaryOption = false,
): CanaryShift | undefined {
  if (canary === true) return "canary10Percent5Minutes";
  return canary === false ? undefined : canary;
}

interface Concurrency {
  readonly reservedConcurrentExecutions?: number;
}

/** Everything that is wrong with the options, in words that say what to write instead. */
export function findReleaseProblems(
  options: ReleaseOptions & Concurrency,
): readonly (string | undefined)[] {
  return [
    findCanaryProblem(options.canary),
    ...findProvisionedProblems(options),
  ];
}

export function findProvisionedProblems({
  canary,
  provisionedConcurrentExecutions: provisioned,
  reservedConcurrentExecutions: reserved,
}: ReleaseOptions & Concurrency): readonly (string | undefined)[] {
  if (provisioned === undefined) return [];
  return [
    findNumberProblem(
      "provisionedConcurrentExecutions",
      provisioned,
      PROVISIONED_LIMITS,
    ),
    readShift(canary) === undefined
      ? "provisionedConcurrentExecutions belongs to the alias that canary makes: set canary as well"
      : undefined,
    reserved !== undefined && provisioned > reserved
      ? `provisionedConcurrentExecutions is ${provisioned}, more than reservedConcurrentExecutions (${reserved}): Lambda would refuse it`
      : undefined,
  ];
}

export const PROVISIONED_LIMITS = { min: 1, max: 100_000 } as const;

/** @param canary of an untyped caller, any value */
export function findCanaryProblem(canary: unknown): string | undefined {
  return canary === undefined ||
    typeof canary === "boolean" ||
    (typeof canary === "string" && Object.hasOwn(SHIFTS, canary))
    ? undefined
    : `canary must be true, false or one of ${Object.keys(SHIFTS).join(", ")}, not ${JSON.stringify(canary)}`;
}
