import { CfnParameter, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as cloudwatchActions from "aws-cdk-lib/aws-cloudwatch-actions";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as kms from "aws-cdk-lib/aws-kms";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import {
  createApp,
  type Resource,
  synthesize,
  type SynthesizedTemplate,
  synthesizeTenantApi,
  VALID_PROPS,
} from "./synthesize.ts";
import { FLUSH_BUDGET } from "../../lambda/tenant-changes/adapters/authorizer-cache.ts";
import { parseTenantChangesConfig } from "../../lambda/tenant-changes/config.ts";
import { IN_FLIGHT_MS } from "../../lambda/tenant-changes/create-tenant-changes.ts";
import { MAX_TENANT_CACHE_SECONDS } from "../../lambda/tenant-changes/env-names.ts";
import {
  TenantAuthorizer,
  type TenantAuthorizerProps,
} from "../../lib/tenant-authorizer.ts";
import { TenantChanges } from "../../lib/tenant-changes.ts";

// What TenantMonitoring adds stands in its own test.
const synthesized = synthesizeTenantApi({ monitoring: false });

/** Another team's app: its own API and stage. */
function createOwnApi(
  options: Partial<Omit<TenantAuthorizerProps, "api">> = {},
  stack = new Stack(createApp(), "Own"),
) {
  const api = new apigateway.RestApi(stack, "Api");
  const tenantAuthorizer = new TenantAuthorizer(stack, "Tenants", {
    api,
    ...VALID_PROPS,
    ...options,
  });
  const { authorizer } = tenantAuthorizer;
  api.root.addMethod("GET", new apigateway.MockIntegration(), { authorizer });
  return { stack, api, tenantAuthorizer };
}

function watch(own: ReturnType<typeof createOwnApi>): TenantChanges {
  return new TenantChanges(own.stack, "TenantChanges", {
    tenantAuthorizer: own.tenantAuthorizer,
    stage: own.api.deploymentStage,
  });
}

function functionOf({ all }: SynthesizedTemplate): Resource {
  const [found, ...others] = all("AWS::Lambda::Function").filter(({ id }) =>
    id.startsWith("TenantChanges"),
  );
  if (found === undefined || others.length > 0) {
    throw new Error("expected one function");
  }
  return found;
}

function statementsOf({ all }: SynthesizedTemplate): readonly unknown[] {
  const policy = all("AWS::IAM::Policy").find(({ id }) =>
    id.startsWith("TenantChanges"),
  );
  const document = policy?.properties["PolicyDocument"] as {
    readonly Statement: readonly unknown[];
  };
  return document.Statement;
}

describe("the function", () => {
  test("has a minute, in which it waits between two flushes", () => {
    expect(functionOf(synthesized).properties).toMatchObject({
      Timeout: 60,
      MemorySize: 256,
    });
  });

  test("has the time for two flushes at their worst and the longest wait between them", () => {
    // The longest pause between two attempts that an abort does not interrupt.
    const flushMs = FLUSH_BUDGET.totalMs + 4_000;
    const waitMs = MAX_TENANT_CACHE_SECONDS * 1_000 + IN_FLIGHT_MS;
    expect(2 * flushMs + waitMs).toBeLessThanOrEqual(60_000 - 2_000);
  });

  test("knows the API, the stage and the authorizer's record cache", () => {
    expect(functionOf(synthesized).properties["Environment"]).toEqual({
      Variables: {
        REST_API_ID: { Ref: synthesized.only("AWS::ApiGateway::RestApi").id },
        STAGE_NAME: { Ref: synthesized.only("AWS::ApiGateway::Stage").id },
        TENANT_CACHE_SECONDS: "5",
        TABLE_MAY_HAVE_REPLICAS: "false",
      },
    });
  });

  test("is told the same record cache as the authorizer", () => {
    const { all } = synthesizeTenantApi({
      tenantCacheTtl: Duration.seconds(MAX_TENANT_CACHE_SECONDS),
    });
    const told = all("AWS::Lambda::Function")
      .map(({ properties }) => JSON.stringify(properties["Environment"]))
      .flatMap((text) => /"TENANT_CACHE_SECONDS":"\d+"/.exec(text)?.[0] ?? []);
    expect(told).toEqual([
      '"TENANT_CACHE_SECONDS":"20"',
      '"TENANT_CACHE_SECONDS":"20"',
    ]);
  });

  test("understands its environment", () => {
    const { Variables: variables } = functionOf(synthesized).properties[
      "Environment"
    ] as { Variables: Readonly<Record<string, string>> };
    expect(
      parseTenantChangesConfig({
        ...variables,
        REST_API_ID: "abcdef1234",
        STAGE_NAME: "prod",
      }),
    ).toMatchObject({ tenantCacheSeconds: 5 });
  });

  test("keeps its log as long as it is told", () => {
    const { all } = synthesizeTenantApi({
      logRetention: logs.RetentionDays.THREE_DAYS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const log = all("AWS::Logs::LogGroup").find(({ id }) =>
      id.startsWith("TenantChanges"),
    );
    expect(log).toMatchObject({
      properties: { RetentionInDays: 3 },
      deletionPolicy: "Delete",
    });
  });

  test("may be deployed with a record cache that is known at deployment only", () => {
    const stack = new Stack(createApp(), "Own");
    const seconds = new CfnParameter(stack, "Seconds", { type: "Number" });
    const tenantCacheTtl = Duration.seconds(seconds.valueAsNumber);
    watch(createOwnApi({ tenantCacheTtl }, stack));
    expect(
      functionOf(synthesize(stack)).properties["Environment"],
    ).toMatchObject({
      Variables: { TENANT_CACHE_SECONDS: { Ref: "Seconds" } },
    });
  });
});

describe("its role", () => {
  test("may read the table's stream, empty this stage's authorizer cache, write to its queue and log, and nothing else", () => {
    const { all, only } = synthesized;
    const logGroup = all("AWS::Logs::LogGroup").find(({ id }) =>
      id.startsWith("TenantChanges"),
    );
    expect(statementsOf(synthesized)).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: { "Fn::GetAtt": [logGroup?.id, "Arn"] },
      },
      {
        Effect: "Allow",
        Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
        ],
        Resource: {
          "Fn::GetAtt": [only("AWS::DynamoDB::GlobalTable").id, "StreamArn"],
        },
      },
      {
        Effect: "Allow",
        Action: "apigateway:DELETE",
        Resource: {
          "Fn::Join": [
            "",
            [
              "arn:",
              { Ref: "AWS::Partition" },
              ":apigateway:",
              { Ref: "AWS::Region" },
              "::/restapis/",
              { Ref: only("AWS::ApiGateway::RestApi").id },
              "/stages/",
              { Ref: only("AWS::ApiGateway::Stage").id },
              "/cache/authorizers",
            ],
          ],
        },
      },
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: { "Fn::GetAtt": [only("AWS::SQS::Queue").id, "Arn"] },
      },
    ]);
  });

  test("may use the team's own key, without which the stream cannot be read", () => {
    const stack = new Stack(createApp(), "OwnKey", {
      env: { account: "111122223333", region: "eu-west-1" },
    });
    const key = new kms.Key(stack, "Key");
    const tableEncryption = dynamodb.TableEncryptionV2.customerManagedKey(key);
    watch(createOwnApi({ tableEncryption }, stack));
    expect(statementsOf(synthesize(stack)).at(-1)).toEqual({
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: {
        "Fn::GetAtt": [
          stack.getLogicalId(key.node.defaultChild as kms.CfnKey),
          "Arn",
        ],
      },
    });
  });
});

describe("the stream", () => {
  const { properties } = synthesized.only("AWS::Lambda::EventSourceMapping");

  test("is the tenant table's, read by the function in batches of a second", () => {
    expect(properties).toMatchObject({
      EventSourceArn: {
        "Fn::GetAtt": [
          synthesized.only("AWS::DynamoDB::GlobalTable").id,
          "StreamArn",
        ],
      },
      FunctionName: { Ref: functionOf(synthesized).id },
      StartingPosition: "LATEST",
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 1,
    });
  });

  test("tries what fails again, in halves, and leaves it aside in the end", () => {
    expect(properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      // As long as API Gateway may keep an answer.
      MaximumRecordAgeInSeconds: 3600,
      DestinationConfig: {
        OnFailure: {
          Destination: {
            "Fn::GetAtt": [synthesized.only("AWS::SQS::Queue").id, "Arn"],
          },
        },
      },
    });
  });
});

describe("the dead-letter queue", () => {
  test("is encrypted, and keeps its messages for two weeks", () => {
    expect(synthesized.only("AWS::SQS::Queue").properties).toEqual({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    });
  });

  test("is spoken to over TLS only", () => {
    expect(synthesized.only("AWS::SQS::QueuePolicy").properties).toMatchObject({
      PolicyDocument: {
        Statement: [
          {
            Effect: "Deny",
            Action: "sqs:*",
            Principal: { AWS: "*" },
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      },
    });
  });
});

describe("an alarm", () => {
  const alarms = synthesized.all("AWS::CloudWatch::Alarm");

  test.each<[string, string, object]>([
    [
      "is raised when a change has been given up",
      "AWS/SQS",
      {
        MetricName: "ApproximateNumberOfMessagesVisible",
        Statistic: "Maximum",
        Threshold: 1,
        Dimensions: [
          {
            Name: "QueueName",
            Value: {
              "Fn::GetAtt": [
                synthesized.only("AWS::SQS::Queue").id,
                "QueueName",
              ],
            },
          },
        ],
      },
    ],
    [
      "is raised when a flush fails",
      "AWS/Lambda",
      {
        MetricName: "Errors",
        Statistic: "Sum",
        Threshold: 1,
        Dimensions: [
          {
            Name: "FunctionName",
            Value: { Ref: functionOf(synthesized).id },
          },
        ],
      },
    ],
    [
      "is raised when a change came into force late",
      "Auth0TenantAuthorizer",
      {
        MetricName: "RevocationLagSeconds",
        Statistic: "Maximum",
        Threshold: 30,
        Dimensions: [
          {
            Name: "apiId",
            Value: { Ref: synthesized.only("AWS::ApiGateway::RestApi").id },
          },
          {
            Name: "stage",
            Value: { Ref: synthesized.only("AWS::ApiGateway::Stage").id },
          },
        ],
      },
    ],
  ])("%s", (_name, namespace, metric) => {
    const found = alarms.filter(
      ({ properties }) => properties["Namespace"] === namespace,
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.properties).toMatchObject({
      ...metric,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      Period: 60,
      EvaluationPeriods: 1,
      TreatMissingData: "notBreaching",
    });
  });

  test("says how to flush by hand", () => {
    expect(alarms).toHaveLength(3);
    for (const { properties } of alarms) {
      expect(JSON.stringify(properties["AlarmDescription"])).toMatch(
        /aws apigateway flush-stage-authorizers-cache --rest-api-id ",\{"Ref":"Api.*"\}," --stage-name ",\{"Ref":"ApiDeploymentStage/,
      );
    }
  });

  test("can be sent to a topic", () => {
    const own = createOwnApi();
    const topic = new sns.Topic(own.stack, "Topic");
    for (const alarm of watch(own).alarms) {
      alarm.addAlarmAction(new cloudwatchActions.SnsAction(topic));
    }
    const { all, only } = synthesize(own.stack);
    expect(
      all("AWS::CloudWatch::Alarm").map(
        ({ properties }) => properties["AlarmActions"],
      ),
    ).toEqual([
      [{ Ref: only("AWS::SNS::Topic").id }],
      [{ Ref: only("AWS::SNS::Topic").id }],
      [{ Ref: only("AWS::SNS::Topic").id }],
    ]);
  });
});

test("watches the tenants of any app", () => {
  const own = createOwnApi();
  watch(own);
  expect(
    synthesize(own.stack).only("AWS::Lambda::EventSourceMapping").properties,
  ).toMatchObject({ StartingPosition: "LATEST" });
});

test("watches a table that exists, when its stream is named", () => {
  const stack = new Stack(createApp(), "Own");
  const tableStreamArn =
    "arn:aws:dynamodb:eu-west-1:111122223333:table/acme/stream/2026-01-01T00:00:00.000";
  const table = dynamodb.TableV2.fromTableAttributes(stack, "Table", {
    tableName: "acme",
    tableStreamArn,
  });
  watch(createOwnApi({ table }, stack));
  const { only } = synthesize(stack);
  expect(
    only("AWS::Lambda::EventSourceMapping").properties["EventSourceArn"],
  ).toBe(tableStreamArn);
});

test("is left out of a stack that does without", () => {
  const { template } = synthesizeTenantApi({
    flushOnTenantChange: false,
    monitoring: false,
  });
  template.resourceCountIs("AWS::Lambda::EventSourceMapping", 0);
  template.resourceCountIs("AWS::SQS::Queue", 0);
  template.resourceCountIs("AWS::CloudWatch::Alarm", 0);
});

describe("is refused", () => {
  const withoutStream = (stack: Stack) =>
    dynamodb.TableV2.fromTableName(stack, "Table", "acme-tenants");

  test("for a table whose stream is not known", () => {
    const stack = new Stack(createApp(), "Own");
    const own = createOwnApi({ table: withoutStream(stack) }, stack);
    expect(() => watch(own)).toThrow(
      /^Own\/TenantChanges cannot be built:\n {2}- the table's stream is not known: pass .* with its tableStreamArn; or do without, by flushOnTenantChange: false/,
    );
  });

  test("for a stage of another API", () => {
    const own = createOwnApi();
    const other = new apigateway.RestApi(own.stack, "Other");
    other.root.addMethod("GET");
    expect(
      () =>
        new TenantChanges(own.stack, "TenantChanges", {
          tenantAuthorizer: own.tenantAuthorizer,
          stage: other.deploymentStage,
        }),
    ).toThrow(
      "the stage is of another API than the one that the authorizer guards",
    );
  });

  test("for records that are remembered longer than one invocation can wait", () => {
    const own = createOwnApi({ tenantCacheTtl: Duration.seconds(21) });
    expect(() => watch(own)).toThrow(
      "tenantCacheTtl must be from 0 to 20 whole seconds, not 21: after a change, that long passes before the cache is emptied for the last time",
    );
  });
});
