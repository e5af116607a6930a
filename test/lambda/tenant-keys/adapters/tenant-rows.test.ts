import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createTenantRows } from "../../../../lambda/tenant-keys/adapters/tenant-rows.ts";

const TABLE = { tableName: "tenants", keyAttribute: "azp" };
const CONFLICT = new ConditionalCheckFailedException({
  message: "",
  $metadata: {},
});

/** A client that answers with these, one after another. */
function createClient(...answers: readonly unknown[]) {
  const inputs: Record<string, unknown>[] = [];
  const send = (command: { input: Record<string, unknown> }) => {
    inputs.push(command.input);
    const answer = answers[inputs.length - 1] ?? {};
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve(answer);
  };
  return { client: { send } as unknown as DynamoDBClient, inputs };
}

test("a scan is consistent, goes on over pages, and reads four attributes", async () => {
  const { client, inputs } = createClient(
    { Items: [{ azp: { S: "a" } }], LastEvaluatedKey: { azp: { S: "a" } } },
    { Items: [{ azp: { S: "b" } }] },
  );
  expect(await createTenantRows(client, TABLE).scan()).toHaveLength(2);
  expect(inputs).toMatchObject([
    { TableName: "tenants", ConsistentRead: true },
    { ExclusiveStartKey: { azp: { S: "a" } }, ConsistentRead: true },
  ]);
  expect(Object.values(inputs[0]?.["ExpressionAttributeNames"] ?? {})).toEqual([
    "azp",
    "tenantId",
    "plan",
    "usageKey",
  ]);
});

test.each([
  { old: undefined, condition: "attribute_not_exists(#usageKey)" },
  { old: "tenantkeyold", condition: "#usageKey = :old" },
])(
  "a confirmation names the key and usageKey alone, for the role may no other: $condition",
  async ({ old, condition }) => {
    const { client, inputs } = createClient();
    const rows = createTenantRows(client, TABLE);
    expect(await rows.confirm("k1", "tenantkeynew", old)).toBe(true);
    expect(inputs).toEqual([
      {
        TableName: "tenants",
        Key: { azp: { S: "k1" } },
        UpdateExpression: "SET #usageKey = :new",
        ConditionExpression: `attribute_exists(#key) AND ${condition}`,
        ExpressionAttributeNames: { "#key": "azp", "#usageKey": "usageKey" },
        ExpressionAttributeValues: {
          ":new": { S: "tenantkeynew" },
          ...(old && { ":old": { S: old } }),
        },
      },
    ]);
  },
);

test("a row that changed meanwhile is left to its own change", async () => {
  const { client } = createClient(CONFLICT);
  const rows = createTenantRows(client, TABLE);
  expect(await rows.confirm("k1", "new", undefined)).toBe(false);
});

test("any other failure is one", async () => {
  const { client } = createClient(new Error("no table"));
  const rows = createTenantRows(client, TABLE);
  await expect(rows.confirm("k1", "new", undefined)).rejects.toThrow(
    "no table",
  );
});
