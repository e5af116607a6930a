import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import type * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import {
  MAX_TENANT_CACHE_SECONDS,
  METRIC_NAMESPACE,
  TENANT_CHANGES_ENV as ENV,
} from "../lambda/tenant-changes/env-names.ts";
import { inSeconds } from "./in-seconds.ts";
import {
  describeAlarm as endWithRunbook,
  type RunbookSection,
} from "./monitoring/runbook.ts";
import { NodeFunction } from "./node-function.ts";
import { findDurationProblem, refuse } from "./prop-checks.ts";
import type { TenantAuthorizer } from "./tenant-authorizer.ts";

/** Whose changes empty which cache. */
export interface TenantChangesProps {
  /** The authorizer whose table is watched. */
  readonly tenantAuthorizer: TenantAuthorizer;

  /** The stage of its API whose authorizer cache is emptied. */
  readonly stage: apigateway.IStage;

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
   * A key of your own for the function's log and the dead-letter queue. When it is imported, its policy must let
   * CloudWatch Logs use it: docs/guard-rails.md has the statement.
   *
   * @default - keys that AWS manages
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Empties a stage's authorizer cache when a tenant's row changes, so that a suspension bites within seconds although
 * the gateway may repeat answers for minutes.
 *
 * ```ts
 * new TenantChanges(this, "TenantChanges", {
 *   tenantAuthorizer: tenants,
 *   stage: api.deploymentStage,
 * });
 * ```
 *
 * A construct beside `TenantAuthorizer`, not a part of it: an API's methods come after the authorizer, its deployment
 * after the methods, and its stage after the deployment. Only then is there a stage to name.
 *
 * Refused at synthesis: a table whose stream is not known; a stage of another API; a record cache longer than the
 * function can wait for. A stream serves two readers, so two stages of an API can have one each.
 */
export class TenantChanges extends Construct {
  /** The function that empties the cache. */
  readonly function: lambda.IFunction;

  /** Where the stream leaves changes that the function failed on until they were given up: positions, not rows. */
  readonly deadLetterQueue: sqs.IQueue;

  /**
   * Raised when changes were given up, when a flush failed, and when changes came into force late. Nobody is told yet:
   * give a topic to `TenantMonitoring`, or call `addAlarmAction(new SnsAction(topic))` on each.
   */
  readonly alarms: readonly cloudwatch.Alarm[];

  /** What the function measures (embedded metric format), for this stage. */
  readonly metrics: {
    /** The longest that a change took to be in force, in seconds. */
    readonly revocationLag: cloudwatch.IMetric;

    /** Flushes of the stage's cache. */
    readonly flushes: cloudwatch.IMetric;

    /** Changes of rows that may open or close something. */
    readonly changes: cloudwatch.IMetric;
  };

  constructor(scope: Construct, id: string, props: TenantChangesProps) {
    super(scope, id);
    const { tenantAuthorizer, stage, encryptionKey } = props;
    const { table } = tenantAuthorizer;
    refuse(this.node.path, findProblems(props));
    // Without one it has been refused.
    const streamArn = table.tableStreamArn ?? "";

    const node = new NodeFunction(this, "Flush", {
      description: "Empties the authorizer cache when a tenant's row changes",
      entry: "lambda/tenant-changes/handler.ts",
      // It waits, within an invocation, until no authorizer can know an old record any more.
      timeout: Duration.seconds(60),
      // Its start counts: the first flush of a change is behind it.
      memorySize: 256,
      environment: {
        [ENV.restApiId]: stage.restApi.restApiId,
        [ENV.stageName]: stage.stageName,
        [ENV.tenantCacheSeconds]: inSeconds(tenantAuthorizer.tenantCacheTtl),
        [ENV.tableMayHaveReplicas]: String(
          tenantAuthorizer.tableMayHaveReplicas,
        ),
      },
      logRetention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      ...(encryptionKey && { encryptionKey }),
    });
    this.function = node.function;

    this.deadLetterQueue = new sqs.Queue(this, "DeadLetterQueue", {
      ...(encryptionKey
        ? {
            encryption: sqs.QueueEncryption.KMS,
            encryptionMasterKey: encryptionKey,
          }
        : { encryption: sqs.QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetterQueue).acknowledge({
      id: "AwsSolutions-SQS3",
      reason:
        "this is a dead-letter queue, of a stream's event source: no redrive policy of a queue names it, and nothing takes from it but a person",
    });

    this.grantWhatItNeeds(node.role, { table, streamArn, stage });
    // What a producer needs of a queue's key (Amazon SQS developer guide, "Key management").
    encryptionKey?.grant(node.role, "kms:Decrypt", "kms:GenerateDataKey");
    new lambda.EventSourceMapping(this, "Stream", {
      target: this.function,
      eventSourceArn: streamArn,
      // Older changes than the mapping would be given up for their age, and raise the alarm at each deployment anew.
      startingPosition: lambda.StartingPosition.LATEST,
      batchSize: 1000,
      maxBatchingWindow: Duration.seconds(1),
      // The function flushes for a record that it cannot read. Should one break it all the same, it is found, tried
      // and left aside, and the others go on.
      bisectBatchOnError: true,
      retryAttempts: 10,
      maxRecordAge: tenantAuthorizer.tableMayHaveReplicas
        ? // A record that replication held up may look as old as the write in the other region, and is news here. No
          // stream keeps one for longer than a day, so this is no limit.
          Duration.days(7)
        : // API Gateway keeps no answer for longer: there is nothing left to flush.
          Duration.hours(1),
      // SqsDlq would grant three actions.
      onFailure: {
        bind: () => ({ destination: this.deadLetterQueue.queueArn }),
      },
    });
    this.metrics = {
      revocationLag: measure(stage, "RevocationLagSeconds", "Maximum"),
      flushes: measure(stage, "AuthorizerCacheFlushes", "Sum"),
      changes: measure(stage, "TenantChanges", "Sum"),
    };
    this.alarms = [
      this.raiseWhenGivenUp(stage),
      this.raiseWhenFailing(stage),
      this.raiseWhenLate(stage),
    ];
  }

  private grantWhatItNeeds(
    role: iam.IRole,
    {
      table,
      streamArn,
      stage,
    }: {
      readonly table: dynamodb.ITableV2;
      readonly streamArn: string;
      readonly stage: apigateway.IStage;
    },
  ): void {
    const grants: readonly (readonly [string[], string])[] = [
      // grantStreamRead would let it list the streams of every table.
      [
        [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
        ],
        streamArn,
      ],
      [["apigateway:DELETE"], buildCacheArn(stage)],
      [["sqs:SendMessage"], this.deadLetterQueue.queueArn],
    ];
    for (const [actions, resource] of grants) {
      role.addToPrincipalPolicy(
        new iam.PolicyStatement({ actions, resources: [resource] }),
      );
    }
    table.encryptionKey?.grantDecrypt(role);
  }

  private raiseWhenGivenUp(stage: apigateway.IStage): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, "GivenUpAlarm", {
      alarmDescription: describeAlarm(
        "Changes of tenants were not acted on and have been given up.",
        "changes-given-up",
        stage,
      ),
      metric: this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: cloudwatch.Stats.MAXIMUM,
      }),
      ...AT_ONCE,
    });
  }

  private raiseWhenFailing(stage: apigateway.IStage): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, "FailingAlarm", {
      alarmDescription: describeAlarm(
        "Changes of tenants are not acted on at the moment, and are tried again.",
        "flush-failing",
        stage,
      ),
      metric: this.function.metricErrors({
        period: Duration.minutes(1),
        statistic: cloudwatch.Stats.SUM,
      }),
      ...AT_ONCE,
    });
  }

  private raiseWhenLate(stage: apigateway.IStage): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, "LateAlarm", {
      alarmDescription: describeAlarm(
        `A change of a tenant took ${LATE_SECONDS} seconds or longer to come into force.`,
        "late-revocations",
        stage,
      ),
      metric: this.metrics.revocationLag,
      ...AT_ONCE,
      threshold: LATE_SECONDS,
    });
  }
}

/** The longest record cache, a second flush after it, and the stream's own time: 20 s, 2.5 s and a second or two. */
const LATE_SECONDS = 30;

function measure(
  stage: apigateway.IStage,
  metricName: string,
  statistic: string,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: {
      apiId: stage.restApi.restApiId,
      stage: stage.stageName,
    },
    statistic,
    period: Duration.minutes(1),
  });
}

/** Of something that does not happen in good times. */
const AT_ONCE = {
  threshold: 1,
  comparisonOperator:
    cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 1,
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
} as const;

function describeAlarm(
  what: string,
  section: RunbookSection,
  stage: apigateway.IStage,
): string {
  return endWithRunbook(
    `${what} Until the authorizer's TTL is over, API Gateway may repeat what it answered before. To end that now: aws apigateway flush-stage-authorizers-cache --rest-api-id ${stage.restApi.restApiId} --stage-name ${stage.stageName}`,
    section,
  );
}

/** What `FlushStageAuthorizersCache` deletes (service authorization reference, "Amazon API Gateway Management"). */
function buildCacheArn(stage: apigateway.IStage): string {
  return Stack.of(stage).formatArn({
    service: "apigateway",
    account: "",
    resource: "/restapis",
    resourceName: `${stage.restApi.restApiId}/stages/${stage.stageName}/cache/authorizers`,
  });
}

function findProblems({
  tenantAuthorizer: { api, table, tenantCacheTtl },
  stage,
}: TenantChangesProps): readonly (string | undefined)[] {
  const problem = findDurationProblem("tenantCacheTtl", tenantCacheTtl, {
    min: 0,
    max: MAX_TENANT_CACHE_SECONDS,
  });
  return [
    table.tableStreamArn === undefined
      ? "the table's stream is not known: pass a table of this app that has one (new and old images), or TableV2.fromTableAttributes with its tableStreamArn; or do without, by flushOnTenantChange: false or by leaving this construct out, and a suspension takes up to resultsCacheTtl to be seen"
      : undefined,
    stage.restApi.restApiId === api.restApiId
      ? undefined
      : "the stage is of another API than the one that the authorizer guards",
    problem &&
      `${problem}: after a change, that long passes before the cache is emptied for the last time`,
  ];
}
