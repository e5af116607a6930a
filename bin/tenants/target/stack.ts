/** A deployed stack, as CloudFormation tells of it: which table, which API, which stage, and how the function is set. */
import {
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from "@aws-sdk/client-cloudformation";
import { parseMethodArn } from "../../../lambda/core/method-arn.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { AwsClients, ClientOptions, CloudFormation } from "../world.ts";
import { findApiRoutes, findUsagePlans } from "./api.ts";
import { readAuthorizerSettings } from "./authorizer-settings.ts";
import { calling } from "./aws-errors.ts";
import type { Deployment } from "./deployment.ts";
import { findAuthorizerEnvironment, findReference } from "./stack-template.ts";

const OTHERWISE = [
  "give --table, and --stage-arn where the API matters, to leave the stack aside",
];

export async function readStack(
  aws: AwsClients,
  options: ClientOptions,
  stackName: string,
): Promise<Deployment> {
  const client = aws.cloudFormation(options);
  const [stack, resources, template] = await Promise.all([
    describeStack(client, stackName),
    listResources(client, stackName),
    readTemplate(client, stackName),
  ]);
  const environment = findAuthorizerEnvironment(template);
  const one = (what: string, ...types: readonly string[]): string =>
    findOne(resources, types, stackName, what);
  const tableId = findReference(environment["TENANT_TABLE"]);
  const tableName =
    stack.outputs.get("TenantTableName") ??
    resources.find(({ LogicalResourceId: id }) => id === tableId)
      ?.PhysicalResourceId ??
    one("table", "AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table");
  const apiId = one("REST API", "AWS::ApiGateway::RestApi");
  const stageName = one("stage", "AWS::ApiGateway::Stage");
  // arn:{partition}:cloudformation:{region}:{account}:stack/…
  const [, partition = "", , region = "", account = ""] = stack.id.split(":");
  const stage = parseMethodArn(
    `arn:${partition}:execute-api:${region}:${account}:${apiId}/${stageName}/`,
  );
  const apiGateway = aws.apiGateway(options);

  return {
    name: `stack ${stackName}`,
    tableName,
    stage,
    apiUrl:
      stack.outputs.get("ApiUrl") ??
      `https://${apiId}.execute-api.${region}.amazonaws.com/${stageName}`,
    authorizer: readAuthorizerSettings(environment),
    findApiRoutes: async () =>
      stage && (await findApiRoutes(apiGateway, stage)),
    findPlans: async () => stage && (await findUsagePlans(apiGateway, stage)),
  };
}

async function describeStack(
  client: CloudFormation,
  stackName: string,
): Promise<{ id: string; outputs: ReadonlyMap<string, string> }> {
  const { Stacks: [stack] = [] } = await calling(
    `looking for stack ${stackName}`,
    async () => {
      try {
        return await client.send(
          new DescribeStacksCommand({ StackName: stackName }),
        );
      } catch (error) {
        throw isNoSuchStack(error) ? noSuchStack(stackName) : error;
      }
    },
  );
  if (stack?.StackId === undefined) throw noSuchStack(stackName);
  const outputs = (stack.Outputs ?? []).map(
    ({ OutputKey: name = "", OutputValue: value = "" }) =>
      [name, value] as const,
  );
  return { id: stack.StackId, outputs: new Map(outputs) };
}

/** CloudFormation's code for it is the general one. */
function isNoSuchStack(error: unknown): boolean {
  return error instanceof Error && error.message.includes("does not exist");
}

function noSuchStack(stackName: string): CommandError {
  return new CommandError(
    EXIT.unreachable,
    "no_stack",
    `there is no stack ${stackName} in this account and region`,
    [
      "give the stack's name with --stack, its region with --region",
      ...OTHERWISE,
      "for the local run give --local",
    ],
  );
}

async function listResources(
  client: CloudFormation,
  stackName: string,
): Promise<readonly StackResourceSummary[]> {
  const resources: StackResourceSummary[] = [];
  let nextToken: string | undefined;
  do {
    const page = await calling(`reading stack ${stackName}`, () =>
      client.send(
        new ListStackResourcesCommand({
          StackName: stackName,
          NextToken: nextToken,
        }),
      ),
    );
    resources.push(...(page.StackResourceSummaries ?? []));
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return resources;
}

async function readTemplate(
  client: CloudFormation,
  stackName: string,
): Promise<string> {
  const { TemplateBody: body = "" } = await calling(
    `reading the template of stack ${stackName}`,
    () =>
      client.send(
        new GetTemplateCommand({
          StackName: stackName,
          TemplateStage: "Processed",
        }),
      ),
  );
  return body;
}

function findOne(
  resources: readonly StackResourceSummary[],
  types: readonly string[],
  stackName: string,
  what: string,
): string {
  const ids = resources
    .filter(({ ResourceType: type = "" }) => types.includes(type))
    .flatMap(({ PhysicalResourceId: id }) => (id === undefined ? [] : [id]));
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return id;
  throw new CommandError(
    EXIT.unreachable,
    "stack_unclear",
    ids.length === 0
      ? `stack ${stackName} has no ${what}`
      : `stack ${stackName} has more than one ${what}: ${ids.join(", ")}`,
    OTHERWISE,
  );
}
