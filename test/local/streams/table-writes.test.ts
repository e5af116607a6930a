import { expect, test } from "vitest";
import { readTableWrites } from "../../../local/streams/table-writes.ts";

test("a transaction writes what it puts, updates and deletes, and not what it checks", () => {
  const body = JSON.stringify({
    TransactItems: [
      { Put: { TableName: "tenants", Item: { azp: { S: "a" } } } },
      { Update: { TableName: "tenants", Key: { azp: { S: "b" } } } },
      { Delete: { TableName: "other", Key: { azp: { S: "c" } } } },
      { ConditionCheck: { TableName: "tenants", Key: { azp: { S: "d" } } } },
    ],
  });
  expect(
    readTableWrites("DynamoDB_20120810.TransactWriteItems", Buffer.from(body)),
  ).toEqual([
    { tableName: "tenants", item: { azp: { S: "a" } } },
    { tableName: "tenants", item: { azp: { S: "b" } } },
    { tableName: "other", item: { azp: { S: "c" } } },
  ]);
});

test.each([
  { name: "a read", target: "DynamoDB_20120810.GetItem", body: "{}" },
  { name: "no target", target: undefined, body: "{}" },
  { name: "no JSON", target: "DynamoDB_20120810.PutItem", body: "{" },
  { name: "null", target: "DynamoDB_20120810.PutItem", body: "null" },
  {
    name: "a list in the place of an item",
    target: "DynamoDB_20120810.PutItem",
    body: '{"TableName":"tenants","Item":[]}',
  },
  {
    name: "a batch of the wrong form",
    target: "DynamoDB_20120810.BatchWriteItem",
    body: '{"RequestItems":{"tenants":{"PutRequest":{}}}}',
  },
  {
    name: "an operation named as a property of every object",
    target: "DynamoDB_20120810.constructor",
    body: "{}",
  },
])("$name is no write", ({ target, body }) => {
  expect(readTableWrites(target, Buffer.from(body))).toEqual([]);
});
