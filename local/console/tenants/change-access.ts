/** What the `tenants` command does as `suspend`, `resume` and `log-out`, as the plain conditional writes they come to. */
import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../table/create-tables.ts";
import type { ChangeKind } from "../api.ts";
import { ConsoleError } from "../console-error.ts";
import { callTable } from "./call-table.ts";
import { keyOfRow, type TableAccess } from "./tenant-rows.ts";

type Write = readonly [attribute: string, value: AttributeValue];

const WRITES: Readonly<
  Record<ChangeKind, (row: Item, nowMs: number) => Write>
> = {
  suspend: () => ["status", { S: "suspended" }],
  resume: () => ["status", { S: "active" }],
  log_out: (row, nowMs) => ["tokensValidAfter", validAfter(row, nowMs)],
};

/** Beyond it stand milliseconds, which a record takes for a mistake. */
const MAX_SECONDS = 9_999_999_999;

/** Rounded up, since `iat` is in whole seconds; what is later already stays, or somebody would be let in again. */
function validAfter(row: Item, nowMs: number): AttributeValue {
  const now = Math.ceil(nowMs / 1000);
  const before = Number(row["tokensValidAfter"]?.N ?? 0);
  return { N: String(before <= MAX_SECONDS ? Math.max(before, now) : now) };
}

/** Writes each record of the tenant, as long as it is still that tenant's. Several records are several writes. */
export async function changeAccess(
  access: TableAccess,
  tenantId: string,
  rows: readonly Item[],
  change: ChangeKind,
): Promise<void> {
  const nowMs = Date.now();
  let written = 0;
  for (const row of rows) {
    const key = keyOfRow(row, access.table);
    const [attribute, value] = WRITES[change](row, nowMs);
    try {
      await callTable(access.server, (abortSignal) =>
        access.client.send(
          new UpdateItemCommand({
            TableName: access.table.name,
            Key: { [access.table.partitionKey]: { S: key } },
            UpdateExpression: "SET #attribute = :value",
            ConditionExpression:
              "attribute_exists(#key) AND #tenantId = :tenantId",
            ExpressionAttributeNames: {
              "#attribute": attribute,
              "#key": access.table.partitionKey,
              "#tenantId": "tenantId",
            },
            ExpressionAttributeValues: {
              ":value": value,
              ":tenantId": { S: tenantId },
            },
          }),
          { abortSignal },
        ),
      );
    } catch (error) {
      throw explain(error, `${written} of ${rows.length} records were written`);
    }
    written += 1;
  }
}

function explain(error: unknown, progress: string): unknown {
  if (error instanceof ConditionalCheckFailedException) {
    return new ConsoleError(
      409,
      "record_changed",
      `somebody else changed or removed a record meanwhile; ${progress}: look again, and repeat`,
    );
  }
  if (!(error instanceof ConsoleError)) return error;
  const { status, code, message } = error;
  const doubt = code === "table_slow" ? ", and one more may be yet" : "";
  return new ConsoleError(status, code, `${message}; ${progress}${doubt}`);
}
