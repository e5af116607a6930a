import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  waitUntilTableExists,
  type AttributeDefinition,
  type AttributeValue,
  type KeySchemaElement,
} from "@aws-sdk/client-dynamodb";
import { findAuthorizerVariables } from "../given-stack.ts";
import { nameOfResource } from "../stack-identifiers.ts";
import {
  resourcesOfType,
  type StackResource,
  type SynthesizedStack,
} from "../stack.ts";

export type Item = Readonly<Record<string, AttributeValue>>;

/** The table of tenant records: its name, and the name of its partition key, which is the tenant claim's. */
export interface TenantTable {
  readonly name: string;
  readonly partitionKey: string;
}

export function createTableClient(
  endpoint: string,
  region: string,
): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

/** The table that the authorizer reads; without one that says so, the template's first. */
export function findTenantTable(stack: SynthesizedStack): TenantTable {
  const tables = resourcesOfType(stack, "AWS::DynamoDB::GlobalTable");
  const tableName = findAuthorizerVariables(stack)?.["TENANT_TABLE"];
  const resource =
    tableName === undefined
      ? tables[0]
      : tables.find((table) => nameOfResource(table, stack) === tableName);
  if (resource === undefined) {
    throw new Error(
      tableName === undefined
        ? "the template has no AWS::DynamoDB::GlobalTable"
        : `the authorizer reads table ${JSON.stringify(tableName)}, which stack ${stack.name} does not create as an AWS::DynamoDB::GlobalTable: run the stack that has both, or leave out the prop table`,
    );
  }
  const [key] = keySchemaOf(resource);
  if (key?.AttributeName === undefined) {
    throw new Error(`table ${resource.logicalId} has no partition key`);
  }
  return {
    name: nameOfResource(resource, stack),
    partitionKey: key.AttributeName,
  };
}

/** Creates every table of the template with the key it has there; rows are all that streams and backups protect. */
export async function createTables(
  client: DynamoDBClient,
  stack: SynthesizedStack,
): Promise<void> {
  const tables = resourcesOfType(stack, "AWS::DynamoDB::GlobalTable");
  for (const table of tables) {
    const TableName = nameOfResource(table, stack);
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [...keySchemaOf(table)],
        AttributeDefinitions: table.properties[
          "AttributeDefinitions"
        ] as AttributeDefinition[],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    // It is answered before the table is active.
    await waitUntilTableExists(
      { client, minDelay: 0.05, maxDelay: 0.5, maxWaitTime: 30 },
      { TableName },
    );
  }
}

export async function putItems(
  client: DynamoDBClient,
  tableName: string,
  items: readonly Item[],
): Promise<void> {
  for (const item of items) {
    await client.send(
      new PutItemCommand({ TableName: tableName, Item: { ...item } }),
    );
  }
}

function keySchemaOf({
  properties,
}: StackResource): readonly KeySchemaElement[] {
  return properties["KeySchema"] as readonly KeySchemaElement[];
}
