import {
  Duration,
  RemovalPolicy,
  Stack,
  Token,
  Validations,
} from "aws-cdk-lib";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as iam from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import {
  TENANT_KEYS_ENV as ENV,
  TENANT_KEYS_TAG,
} from "../lambda/tenant-keys/env-names.ts";
import { definedOnly } from "./defined-only.ts";
import { inSeconds } from "./in-seconds.ts";
import { NodeFunction } from "./node-function.ts";
import type { TenantPlansProps } from "./tenant-plans.ts";

export interface TenantKeysFunctionProps extends TenantPlansProps {
  /** The plans' ids in API Gateway, by the names that records use. */
  readonly usagePlanIds: ReadonlyMap<string, string>;
  readonly defaultPlan: string;
  readonly streamArn: string;
}

/** The function that makes API keys, with the rights that it needs and no others: docs/permissions.md has them all. */
export function addTenantKeysFunction(
  scope: Construct,
  id: string,
  props: TenantKeysFunctionProps,
): NodeFunction {
  const { tenantAuthorizer, stage, callsPerSecond = 3 } = props;
  const planIds = [...props.usagePlanIds].map(
    ([name, planId]) => `${name}=${planId}`,
  );
  const node = new NodeFunction(scope, id, {
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
      [ENV.defaultPlan]: props.defaultPlan,
      [ENV.retireAfterSeconds]: inSeconds(tenantAuthorizer.longestAnswer),
      [ENV.callsPerSecond]: String(callsPerSecond),
    },
    logRetention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    ...definedOnly({ encryptionKey: props.encryptionKey }),
  });
  for (const [actions, resources, conditions] of [
    ...tableGrants(props),
    ...controlPlaneGrants(scope, props),
    ...tableKeyGrants(scope, tenantAuthorizer.table.encryptionKey),
  ]) {
    node.role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions }),
      }),
    );
  }
  acknowledgeFindings(scope, node.role);
  return node;
}

/** Keys have ids of API Gateway's choosing: what names them beforehand is a wildcard. */
function acknowledgeFindings(scope: Construct, role: iam.IRole): void {
  const { region, partition } = Stack.of(scope);
  const name = (value: string, intrinsic: string): string =>
    Token.isUnresolved(value) ? `<AWS::${intrinsic}>` : value;
  const where = name(region, "Region");
  const of = name(partition, "Partition");
  Validations.of(role).acknowledge(
    {
      id: `AwsSolutions-IAM5[Resource::arn:${of}:apigateway:${where}::/apikeys/*]`,
      reason:
        "changes and removes only keys that bear this stage's tag: the statement's condition says so",
    },
    {
      id: `AwsSolutions-IAM5[Resource::arn:${of}:apigateway:${where}::/tags/arn%3A${of}%3Aapigateway%3A${where}%3A%3A%2Fapikeys%2F*]`,
      reason:
        "a key is tagged in the call that makes it, before it has an id; the tag is what the other rights hold on to",
    },
  );
}

/** Actions, resources and, where there is one, a condition. */
type Grant = readonly [
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Record<string, Record<string, unknown>>,
];

function tableGrants({
  tenantAuthorizer: { table, tenantClaim },
  streamArn,
}: TenantKeysFunctionProps): readonly Grant[] {
  return [
    // grantStreamRead would let it list the streams of every table.
    [
      [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
      ],
      [streamArn],
    ],
    [["dynamodb:Scan"], [table.tableArn]],
    // It writes its own attribute and no other, and learns nothing of the rest.
    [
      ["dynamodb:UpdateItem"],
      [table.tableArn],
      {
        "ForAllValues:StringEquals": {
          "dynamodb:Attributes": [tenantClaim, "usageKey"],
        },
        StringEqualsIfExists: { "dynamodb:ReturnValues": "NONE" },
      },
    ],
  ];
}

function controlPlaneGrants(
  scope: Construct,
  { stage, usagePlanIds }: TenantKeysFunctionProps,
): readonly Grant[] {
  const stack = Stack.of(scope);
  const path = (resource: string): string =>
    stack.formatArn({ service: "apigateway", account: "", resource });
  const { region, partition } = stack;
  return [
    [["apigateway:GET", "apigateway:POST"], [path("/apikeys")]],
    // What making a key with a tag takes beside it.
    [
      ["apigateway:PUT"],
      [
        path(
          `/tags/arn%3A${partition}%3Aapigateway%3A${region}%3A%3A%2Fapikeys%2F*`,
        ),
      ],
    ],
    [
      ["apigateway:DELETE", "apigateway:PATCH"],
      [path("/apikeys/*")],
      {
        StringEquals: {
          [`aws:ResourceTag/${TENANT_KEYS_TAG}`]: `${stage.restApi.restApiId}/${stage.stageName}`,
        },
      },
    ],
    [
      ["apigateway:GET", "apigateway:POST"],
      [...usagePlanIds.values()].map((planId) =>
        path(`/usageplans/${planId}/keys`),
      ),
    ],
  ];
}

/**
 * What DynamoDB's documentation lists for whoever writes to a table with a key of one's own, its wildcards written out:
 * DynamoDB may use it for the function, the function may not. Reading the stream takes Decrypt, by whom is not said.
 */
function tableKeyGrants(
  scope: Construct,
  key: kms.IKey | undefined,
): readonly Grant[] {
  if (key === undefined) return [];
  return [
    [["kms:Decrypt"], [key.keyArn]],
    [
      [
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      [key.keyArn],
      {
        // In China the name may end in .cn.
        StringLike: {
          "kms:ViaService": `dynamodb.${Stack.of(scope).region}.amazonaws.com*`,
        },
      },
    ],
  ];
}
