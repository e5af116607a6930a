/** One row of the tenant table, whose `status` is changed for some seconds and put back. */
import {
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Suspension } from "../target/target.ts";
import { VerifyError } from "../verify-error.ts";

export interface TenantRow {
  /** Whether it is the row of this tenant, and active. */
  readonly isActive: (tenantId: string) => Promise<boolean>;
  /** Writes only where the other status stands; false when it does not. */
  readonly setStatus: (to: "active" | "suspended") => Promise<boolean>;
  readonly close: () => void;
}

/** @param key what the tenant claim says in the tenant's token */
export function openTenantRow(
  { tableName, tenantClaim, client: options }: Suspension,
  key: string,
): TenantRow {
  const client = new DynamoDBClient(options);
  const row = { TableName: tableName, Key: { [tenantClaim]: { S: key } } };
  return {
    isActive: async (tenantId) => {
      const { Item: item } = await asVerifyError(
        client.send(new GetItemCommand({ ...row, ConsistentRead: true })),
      );
      return (
        item?.["tenantId"]?.S === tenantId && item["status"]?.S === "active"
      );
    },
    setStatus: async (to) => {
      try {
        await client.send(
          new UpdateItemCommand({
            ...row,
            UpdateExpression: "SET #status = :to",
            // Neither a row that is gone, nor one that somebody else changed meanwhile.
            ConditionExpression: "#status = :from",
            ExpressionAttributeNames: { "#status": "status" },
            ExpressionAttributeValues: {
              ":to": { S: to },
              ":from": { S: to === "active" ? "suspended" : "active" },
            },
          }),
        );
        return true;
      } catch (error) {
        if (nameOf(error) === "ConditionalCheckFailedException") return false;
        throw tableFailed(error);
      }
    },
    close: () => {
      client.destroy();
    },
  };
}

async function asVerifyError<Value>(answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch (error) {
    throw tableFailed(error);
  }
}

const nameOf = (error: unknown): string =>
  error instanceof Error ? error.name : "unknown";

/** The name alone: AWS's messages can hold the key, which is a claim's value. */
function tableFailed(error: unknown): VerifyError {
  return new VerifyError(
    "table_failed",
    `the tenant table does not answer as asked: ${nameOf(error)}`,
    error,
  );
}
