import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import {
  TENANT_KEYS_ENV as ENV,
  TENANT_KEYS_TAG,
} from "../lambda/tenant-keys/env-names.ts";
import { findMethodsWithoutKey } from "./api-guard.ts";
import { inSeconds } from "./in-seconds.ts";
import { NodeFunction } from "./node-function.ts";
import { refuse } from "./prop-checks.ts";
import { PLANS_NEED_ONE_REGION } from "./table-replicas.ts";
import type { TenantAuthorizer } from "./tenant-authorizer.ts";
import { refusalKeyOf, sharedKeyOf, type UsagePlanSet } from "./usage-plans.ts";

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
   * Raised when keys cannot be made, and when the account has as many as it may. Nobody is told yet: for each of them,
   * call `addAlarmAction(new SnsAction(topic))`.
   */
  readonly alarms: readonly cloudwatch.Alarm[];

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

    const node = this.buildFunction(props, planSet);
    this.function = node.function;
    this.grantWhatItNeeds(node.role, { table, streamArn, props });
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
    this.alarms = [this.raiseWhenFailing(), this.raiseAtTheLimit(stage)];
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

  private buildFunction(
    props: TenantPlansProps,
    { defaultPlan }: UsagePlanSet,
  ): NodeFunction {
    const { tenantAuthorizer, stage, callsPerSecond = 3 } = props;
    const planIds = [...this.usagePlanIds].map(
      ([name, planId]) => `${name}=${planId}`,
    );
    return new NodeFunction(this, "Keys", {
      description: "Keeps one usage key for each tenant in its plan",
      entry: "lambda/tenant-keys/handler.ts",
      // The longest there is: a sweep over many new tenants waits for the control plane most of the time.
      timeout: Duration.minutes(15),
      memorySize: 256,
      environment: {
        [ENV.tenantTable]: tenantAuthorizer.table.tableName,
        [ENV.tenantClaim]: tenantAuthorizer.tenantClaim,
        [ENV.restApiId]: stage.restApi.restApiId,
        [ENV.stageName]: stage.stageName,
        [ENV.usagePlanIds]: planIds.join(","),
        [ENV.defaultPlan]: defaultPlan,
        [ENV.retireAfterSeconds]: inSeconds(tenantAuthorizer.longestAnswer),
        [ENV.callsPerSecond]: String(callsPerSecond),
      },
      logRetention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
  }

  private grantWhatItNeeds(
    role: iam.IRole,
    {
      table,
      streamArn,
      props: { tenantAuthorizer, stage },
    }: {
      readonly table: dynamodb.ITableV2;
      readonly streamArn: string;
      readonly props: TenantPlansProps;
    },
  ): void {
    const grant = (
      actions: string[],
      resources: string[],
      conditions?: Record<string, unknown>,
    ): void => {
      role.addToPrincipalPolicy(
        new iam.PolicyStatement({
          actions,
          resources,
          ...(conditions && { conditions }),
        }),
      );
    };
    const path = (resource: string): string =>
      Stack.of(this).formatArn({
        service: "apigateway",
        account: "",
        resource,
      });
    grant(
      [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
      ],
      [streamArn],
    );
    grant(["dynamodb:Scan"], [table.tableArn]);
    // It writes its own attribute and no other, and learns nothing of the rest.
    grant(["dynamodb:UpdateItem"], [table.tableArn], {
      "ForAllValues:StringEquals": {
        "dynamodb:Attributes": [tenantAuthorizer.tenantClaim, "usageKey"],
      },
      StringEqualsIfExists: { "dynamodb:ReturnValues": "NONE" },
    });
    grant(["apigateway:GET", "apigateway:POST"], [path("/apikeys")]);
    // What making a key with a tag takes beside it.
    const { region, partition } = Stack.of(this);
    grant(
      ["apigateway:PUT"],
      [
        path(
          `/tags/arn%3A${partition}%3Aapigateway%3A${region}%3A%3A%2Fapikeys%2F*`,
        ),
      ],
    );
    grant(["apigateway:DELETE", "apigateway:PATCH"], [path("/apikeys/*")], {
      StringEquals: {
        [`aws:ResourceTag/${TENANT_KEYS_TAG}`]: `${stage.restApi.restApiId}/${stage.stageName}`,
      },
    });
    grant(
      ["apigateway:GET", "apigateway:POST"],
      [...this.usagePlanIds.values()].map((planId) =>
        path(`/usageplans/${planId}/keys`),
      ),
    );
    table.encryptionKey?.grantEncryptDecrypt(role);
  }

  private raiseWhenFailing(): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, "FailingAlarm", {
      alarmDescription:
        "Usage keys are not made at the moment; it is tried again, and once an hour for all. Until then new tenants share their plan's key: nobody is locked out. The function's log says what API Gateway refused.",
      metric: this.function.metricErrors({
        period: Duration.minutes(5),
        statistic: cloudwatch.Stats.SUM,
      }),
      threshold: 3,
      ...ALARM,
    });
  }

  private raiseAtTheLimit(stage: apigateway.IStage): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, "KeyLimitAlarm", {
      alarmDescription:
        "The account has as many API keys as it may (10,000 per region). Tenants without one of their own share their plan's key. Remove keys of other APIs, or serve this one from another account.",
      metric: new cloudwatch.Metric({
        // As the function writes it: lambda/tenant-keys/adapters/keys-metrics.ts.
        namespace: "Auth0TenantAuthorizer",
        metricName: "TenantsOverKeyLimit",
        dimensionsMap: {
          apiId: stage.restApi.restApiId,
          stage: stage.stageName,
        },
        period: Duration.minutes(5),
        statistic: cloudwatch.Stats.MAXIMUM,
      }),
      threshold: 1,
      ...ALARM,
    });
  }
}

const NO_PLANS: UsagePlanSet = { plans: new Map(), defaultPlan: "" };

const ALARM = {
  comparisonOperator:
    cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 1,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
} as const;

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
