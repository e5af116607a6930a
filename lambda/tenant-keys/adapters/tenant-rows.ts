/** Reads the tenant table, and writes into its rows one attribute alone. */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { TenantRows } from "../ports.ts";

/** An SDK client with the SDK's own retries; endpoint, region and credentials as the SDK finds them. */
export function createDynamoClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 5,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 5_000,
      // Without it the SDK only warns.
      throwOnRequestTimeout: true,
    },
  });
}

export function createTenantRows(
  client: Pick<DynamoDBClient, "send">,
  table: { readonly tableName: string; readonly keyAttribute: string },
): TenantRows {
  return {
    async scan() {
      const rows: unknown[] = [];
      let start: Record<string, never> | undefined;
      do {
        const page = await client.send(
          new ScanCommand({
            TableName: table.tableName,
            // A row that is missed would count as removed.
            ConsistentRead: true,
            ProjectionExpression: "#key, #tenantId, #plan, #usageKey",
            ExpressionAttributeNames: {
              "#key": table.keyAttribute,
              "#tenantId": "tenantId",
              "#plan": "plan",
              "#usageKey": "usageKey",
            },
            ExclusiveStartKey: start,
          }),
        );
        rows.push(...(page.Items ?? []));
        start = page.LastEvaluatedKey as Record<string, never> | undefined;
      } while (start !== undefined);
      return rows;
    },
    async confirm(key, usageKey, oldUsageKey) {
      // Neither tenant nor plan stand in the condition, because the role may name this attribute alone. A key that does
      // not fit them any more does no harm: the authorizer derives it anew, and the row's own change comes after.
      const isAsItWas =
        oldUsageKey === undefined
          ? "attribute_not_exists(#usageKey)"
          : "#usageKey = :old";
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: table.tableName,
            Key: { [table.keyAttribute]: { S: key } },
            UpdateExpression: "SET #usageKey = :new",
            ConditionExpression: `attribute_exists(#key) AND ${isAsItWas}`,
            ExpressionAttributeNames: {
              "#key": table.keyAttribute,
              "#usageKey": "usageKey",
            },
            ExpressionAttributeValues: {
              ":new": { S: usageKey },
              ...(oldUsageKey !== undefined && { ":old": { S: oldUsageKey } }),
            },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
