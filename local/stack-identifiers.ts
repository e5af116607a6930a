/**
 * The ids and ARNs that AWS would have given the stack's resources. They are derived from the logical id, so they
 * stay the same from one start to the next, and a function's ARN leads back to its logical id.
 */
import { createHash } from "node:crypto";
import type { StackResource, SynthesizedStack } from "./stack.ts";

export interface Deployment {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
}

/** A resource whose name, if it has one of its own, is already resolved. */
export interface NamedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string | undefined;
}

/** The properties that make up a resource's own name, joined by a colon, for the types we know. */
export const NAME_PROPERTIES: Readonly<
  Record<string, readonly [string, ...string[]]>
> = {
  "AWS::ApiGateway::Stage": ["StageName"],
  "AWS::CloudWatch::Alarm": ["AlarmName"],
  "AWS::DynamoDB::GlobalTable": ["TableName"],
  "AWS::DynamoDB::Table": ["TableName"],
  "AWS::Events::Rule": ["Name"],
  "AWS::IAM::Role": ["RoleName"],
  "AWS::Lambda::Alias": ["FunctionName", "Name"],
  "AWS::Lambda::Function": ["FunctionName"],
  "AWS::Lambda::Version": ["FunctionName"],
  "AWS::Logs::LogGroup": ["LogGroupName"],
  "AWS::SNS::Topic": ["TopicName"],
  "AWS::SQS::Queue": ["QueueName"],
};

type Attribute = (resource: NamedResource, deployment: Deployment) => string;

const apiGatewayId =
  (length: number): Attribute =>
  ({ logicalId }) =>
    shortId(logicalId, length);

const arn =
  (service: string, resource: (name: string) => string): Attribute =>
  (named, deployment) => {
    const { partition, region, account } = deployment;
    const path = resource(nameOf(named, deployment));
    return `arn:${partition}:${service}:${region}:${account}:${path}`;
  };

const tableAttributes: Readonly<Record<string, Attribute>> = {
  Ref: nameOf,
  Arn: arn("dynamodb", (name) => `table/${name}`),
  // A fixed label: DynamoDB's is the time the stream was switched on.
  StreamArn: arn(
    "dynamodb",
    (name) => `table/${name}/stream/2026-01-01T00:00:00.000`,
  ),
  TableId: apiGatewayId(10),
};

const ATTRIBUTES: Readonly<
  Record<string, Readonly<Record<string, Attribute>>>
> = {
  "AWS::ApiGateway::ApiKey": { Ref: apiGatewayId(10) },
  "AWS::ApiGateway::Authorizer": {
    Ref: apiGatewayId(6),
    AuthorizerId: apiGatewayId(6),
  },
  "AWS::ApiGateway::ClientCertificate": {
    Ref: apiGatewayId(6),
    ClientCertificateId: apiGatewayId(6),
  },
  "AWS::ApiGateway::Deployment": {
    Ref: apiGatewayId(6),
    DeploymentId: apiGatewayId(6),
  },
  "AWS::ApiGateway::DomainName": {
    RegionalDomainName: ({ logicalId }, { region }) =>
      `d-${shortId(logicalId, 10)}.execute-api.${region}.amazonaws.com`,
    // Made up: Route 53 has one for each region, and nothing here asks it.
    RegionalHostedZoneId: ({ logicalId }) =>
      `Z${shortId(logicalId, 13).toUpperCase()}`,
  },
  "AWS::ApiGateway::Resource": {
    Ref: apiGatewayId(6),
    ResourceId: apiGatewayId(6),
  },
  "AWS::ApiGateway::RestApi": {
    Ref: apiGatewayId(10),
    RestApiId: apiGatewayId(10),
    RootResourceId: ({ logicalId }) => shortId(`${logicalId}.root`, 10),
  },
  "AWS::ApiGateway::UsagePlan": { Ref: apiGatewayId(6) },
  "AWS::CloudWatch::Alarm": {
    Arn: arn("cloudwatch", (name) => `alarm:${name}`),
  },
  "AWS::DynamoDB::GlobalTable": tableAttributes,
  "AWS::DynamoDB::Table": tableAttributes,
  "AWS::Events::Rule": { Arn: arn("events", (name) => `rule/${name}`) },
  "AWS::IAM::Role": {
    Arn: (named, deployment) =>
      `arn:${deployment.partition}:iam::${deployment.account}:role/${nameOf(named, deployment)}`,
  },
  "AWS::KMS::Key": { Arn: arn("kms", (name) => `key/${name}`) },
  "AWS::Lambda::Alias": {
    Ref: arn("lambda", (name) => `function:${name}`),
    AliasArn: arn("lambda", (name) => `function:${name}`),
  },
  "AWS::Lambda::Function": { Arn: arn("lambda", (name) => `function:${name}`) },
  // A stack that was just deployed: every version is the first.
  "AWS::Lambda::Version": {
    Ref: arn("lambda", (name) => `function:${name}:1`),
    FunctionArn: arn("lambda", (name) => `function:${name}:1`),
    Version: () => "1",
  },
  "AWS::Logs::LogGroup": { Arn: arn("logs", (name) => `log-group:${name}:*`) },
  "AWS::SNS::Topic": {
    Ref: arn("sns", (name) => name),
    TopicArn: arn("sns", (name) => name),
    TopicName: nameOf,
  },
  "AWS::SQS::Queue": {
    Ref: (named, deployment) =>
      `https://sqs.${deployment.region}.amazonaws.com/${deployment.account}/${nameOf(named, deployment)}`,
    Arn: arn("sqs", (name) => name),
    QueueName: nameOf,
  },
  "AWS::WAFv2::WebACL": {
    Arn: arn("wafv2", (name) => `regional/webacl/${name}/${name}`),
  },
};

/** `Ref` (attribute `"Ref"`) or `Fn::GetAtt` of a resource; `undefined` when we do not know the attribute. */
export function findAttribute(
  resource: NamedResource,
  attribute: string,
  deployment: Deployment,
): string | undefined {
  const known = ATTRIBUTES[resource.type]?.[attribute];
  if (known !== undefined) return known(resource, deployment);
  // Most types' Ref is their name; those whose Ref is not stand in the table above.
  return attribute === "Ref" ? nameOf(resource, deployment) : undefined;
}

/** The name AWS would show for a resource of a loaded stack: its own, or the one derived from its logical id. */
export function nameOfResource(
  resource: StackResource,
  stack: SynthesizedStack,
): string {
  return nameOf(named(resource), { stackName: stack.name });
}

/** What `Ref` (attribute `"Ref"`) or `Fn::GetAtt` gave in the loaded template. */
export function attributeOf(
  resource: StackResource,
  attribute: string,
  stack: SynthesizedStack,
): string {
  const { name: stackName, region, account, partition } = stack;
  const value =
    stack.resourceAttributes?.[resource.logicalId]?.[attribute] ??
    findAttribute(named(resource), attribute, {
      stackName,
      region,
      account,
      partition,
    });
  if (value === undefined) {
    throw new Error(`${resource.logicalId} has no attribute ${attribute}`);
  }
  return value;
}

function named({ logicalId, type, properties }: StackResource): NamedResource {
  return { logicalId, type, name: ownName(type, properties) };
}

/** The name that a resource's properties give it, or `undefined` when they leave it to AWS. */
export function ownName(
  type: string,
  properties: Readonly<Record<string, unknown>>,
): string | undefined {
  const parts = NAME_PROPERTIES[type]?.map((property) => properties[property]);
  return parts?.every((part) => typeof part === "string")
    ? parts.join(":")
    : undefined;
}

/** The Lambda function of this stack that an ARN, plain or with a version or alias, names. */
export function findFunctionByArn(
  stack: SynthesizedStack,
  functionArn: string,
): StackResource | undefined {
  const [, , service, , , kind, name] = functionArn.split(":");
  if (service !== "lambda" || kind !== "function") return undefined;
  return [...stack.resources.values()].find(
    (resource) =>
      resource.type === "AWS::Lambda::Function" &&
      nameOfResource(resource, stack) === name,
  );
}

function nameOf(
  { logicalId, name }: NamedResource,
  { stackName }: Pick<Deployment, "stackName">,
): string {
  // 64 is Lambda's limit, the shortest of those that matter. The end is kept: it holds the CDK's unique suffix.
  return name ?? `${stackName}-${logicalId}`.slice(-64).replace(/^-+/, "");
}

/** Lower-case letters and digits, as API Gateway's own ids. */
function shortId(seed: string, length: number): string {
  const digest = createHash("sha256").update(seed).digest("hex");
  return BigInt(`0x${digest}`).toString(36).slice(-length);
}
