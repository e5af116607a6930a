import { Duration, type RemovalPolicy, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { findMethodsWithoutKey } from "./api-guard.ts";
import {
  addTenantKeysAlarms,
  createTenantKeysMetrics,
  type TenantKeysMetrics,
} from "./monitoring/tenant-keys-alarms.ts";
import { refuse } from "./prop-checks.ts";
import { PLANS_NEED_ONE_REGION } from "./table-replicas.ts";
import type { TenantAuthorizer } from "./tenant-authorizer.ts";
import { addTenantKeysFunction } from "./tenant-keys-function.ts";
import { refusalKeyOf, sharedKeyOf, type UsagePlanSet } from "./usage-plans.ts";

/** Whose plans, counted where. */
export interface TenantPlansProps {
  /** The authorizer whose `plans` these are, and whose table says which tenant is in which. */
  readonly tenantAuthorizer: TenantAuthorizer;

  /** The stage of its API whose requests are counted. */
  readonly stage: apigateway.IStage;

  /**
   * Whether every method, OPTIONS excepted, must require an API key. Not for as long as the gateway may repeat answers
   * from before the plans, which name no key: docs/plans.md.
   *
   * @default true
   */
  readonly enforce?: boolean;

  /**
   * Calls of API Gateway's control plane per second. The account has 10 for everything, deployments included.
   *
   * @default 3
   */
  readonly callsPerSecond?: number;

  /**
   * How long the function's log is kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the function's log when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * A key of your own for the function's log. When it is imported, its policy must let CloudWatch Logs use it:
   * docs/guard-rails.md has the statement. The table's key is the table's own.
   *
   * @default - one that CloudWatch Logs manages
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Usage plans for tenants who hold no key: each tenant is counted by itself, by an API key that the authorizer names.
 *
 * ```ts
 * const tenants = new TenantAuthorizer(this, "Tenants", {
 *   // …
 *   plans: { free: { rateLimit: 10, burstLimit: 20 } },
 * });
 * // methods: { authorizer: tenants.authorizer, apiKeyRequired: true }
 * new TenantPlans(this, "Plans", {
 *   tenantAuthorizer: tenants,
 *   stage: api.deploymentStage,
 * });
 * ```
 *
 * CloudFormation makes the plans, a key in each that its tenants share, and one for refused callers. A function on the
 * table's stream makes a key for each tenant, and sweeps once an hour.
 *
 * Refused at synthesis: an authorizer without plans; a table whose stream is not known; a stage of another API; an API
 * whose key source is not the authorizer; a method that requires no key. A stream serves two readers, and
 * `TenantChanges` is the other.
 */
export class TenantPlans extends Construct {
  /** The function that makes the keys. Invoked by hand with an empty event, it compares all rows with all keys. */
  readonly function: lambda.IFunction;

  /** The plans' ids in API Gateway, by the names that records use. */
  readonly usagePlanIds: ReadonlyMap<string, string>;

  /**
   * Raised when keys cannot be made, and when the account has as many as it may. Nobody is told yet: give a topic to
   * `TenantMonitoring`, or call `addAlarmAction(new SnsAction(topic))` on each.
   */
  readonly alarms: readonly cloudwatch.Alarm[];

  /** What the function measures (embedded metric format), for this stage. */
  readonly metrics: TenantKeysMetrics;

  constructor(scope: Construct, id: string, props: TenantPlansProps) {
    super(scope, id);
    const { tenantAuthorizer, stage, enforce = true } = props;
    const { api, table } = tenantAuthorizer;
    refuse(this.node.path, findProblems(props));
    // Without plans, or a stream, it has been refused.
    const planSet = tenantAuthorizer.usagePlans ?? NO_PLANS;
    const streamArn = table.tableStreamArn ?? "";

    this.usagePlanIds = new Map(
      [...planSet.plans].map(([name, plan]) => {
        const { ref } = new apigateway.CfnUsagePlan(this, `Plan-${name}`, {
          usagePlanName: `${Stack.of(this).stackName}-${name}`,
          description: `What each tenant of plan ${name} may do`,
          throttle: {
            rateLimit: plan.rateLimit,
            burstLimit: plan.burstLimit,
          },
          ...(plan.quota && { quota: { ...plan.quota } }),
          apiStages: [{ apiId: api.restApiId, stage: stage.stageName }],
        });
        return [name, ref];
      }),
    );
    for (const [name, planId] of this.usagePlanIds) {
      this.addKey(
        `Shared-${name}`,
        planId,
        sharedKeyOf(api.restApiId, name),
        `Counts the tenants of plan ${name} that have no key of their own yet`,
      );
    }
    this.addKey(
      `Refusals-${planSet.defaultPlan}`,
      this.usagePlanIds.get(planSet.defaultPlan) ?? "",
      refusalKeyOf(api.restApiId, planSet.defaultPlan),
      "Counts the callers whom the authorizer refuses",
    );

    const { usagePlanIds } = this;
    this.function = addTenantKeysFunction(this, "Keys", {
      ...props,
      usagePlanIds,
      defaultPlan: planSet.defaultPlan,
      streamArn,
    }).function;
    new lambda.EventSourceMapping(this, "Stream", {
      target: this.function,
      eventSourceArn: streamArn,
      startingPosition: lambda.StartingPosition.LATEST,
      // At three calls for each row and three calls a second, a batch takes as many seconds as it has rows.
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      bisectBatchOnError: true,
      retryAttempts: 5,
      // What is given up is found by the sweep.
      maxRecordAge: Duration.hours(1),
    });
    new events.Rule(this, "Sweep", {
      description: "Compares all tenants with all usage keys",
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [new targets.LambdaFunction(this.function)],
    });
    this.metrics = createTenantKeysMetrics(stage);
    this.alarms = addTenantKeysAlarms(this, this.function, this.metrics);
    this.node.addValidation({
      validate: () => [
        ...(enforce ? findMethodsWithoutKey(api) : []),
        ...findKeySourceProblem(api),
        ...findReplicasOf(table),
      ],
    });
  }

  private addKey(
    id: string,
    usagePlanId: string,
    value: string,
    description: string,
  ): void {
    const key = new apigateway.CfnApiKey(this, `${id}Key`, {
      value,
      description,
      enabled: true,
    });
    new apigateway.CfnUsagePlanKey(this, `${id}PlanKey`, {
      keyId: key.ref,
      keyType: "API_KEY",
      usagePlanId,
    });
  }
}

const NO_PLANS: UsagePlanSet = { plans: new Map(), defaultPlan: "" };

function findProblems({
  tenantAuthorizer: { api, table, usagePlans },
  stage,
  callsPerSecond = 1,
}: TenantPlansProps): readonly (string | undefined)[] {
  return [
    usagePlans === undefined
      ? "the authorizer has no plans: give them to TenantAuthorizer, which must know the keys"
      : undefined,
    table.tableStreamArn === undefined
      ? "the table's stream is not known: pass a table of this app that has one (new and old images), or TableV2.fromTableAttributes with its tableStreamArn"
      : undefined,
    stage.restApi.restApiId === api.restApiId
      ? undefined
      : "the stage is of another API than the one that the authorizer guards",
    Number.isInteger(callsPerSecond) &&
    callsPerSecond >= 1 &&
    callsPerSecond <= 10
      ? undefined
      : "callsPerSecond must be a whole number from 1 to 10: the account has no more",
  ];
}

/** Of a table of this app; an imported one says nothing of its replicas. */
function findReplicasOf(table: dynamodb.ITableV2): readonly string[] {
  const resource = table.node.defaultChild;
  if (!(resource instanceof dynamodb.CfnGlobalTable)) return [];
  const replicas: unknown = Stack.of(resource).resolve(resource.replicas);
  return Array.isArray(replicas) && replicas.length > 1
    ? [PLANS_NEED_ONE_REGION]
    : [];
}

/** With the source HEADER a client would choose its key, and its plan, itself. */
function findKeySourceProblem(api: apigateway.RestApi): readonly string[] {
  const restApi = api.node.defaultChild;
  return restApi instanceof apigateway.CfnRestApi &&
    restApi.apiKeySourceType === "AUTHORIZER"
    ? []
    : [
        "the API takes keys from a header of the client's: give it apiKeySourceType: ApiKeySourceType.AUTHORIZER",
      ];
}
