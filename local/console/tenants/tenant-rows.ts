/** The rows of the tenant table, read whole: the local run's has a handful, and somebody may add his own. */
import {
  ScanCommand,
  type AttributeValue,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import type { Item, TenantTable } from "../../table/create-tables.ts";
import type { TableServer } from "../../table/table-server.ts";
import { callTable } from "./call-table.ts";

export interface TableAccess {
  readonly client: DynamoDBClient;
  readonly server: TableServer;
  readonly table: TenantTable;
}

/**
 * @param maxRows where to stop; more may come, up to the end of a page
 * @throws ConsoleError when the table is down or does not answer in time
 */
export async function readRows(
  access: TableAccess,
  maxRows: number,
): Promise<readonly Item[]> {
  const rows: Item[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await callTable(access.server, (abortSignal) =>
      access.client.send(
        new ScanCommand({
          TableName: access.table.name,
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
        { abortSignal },
      ),
    );
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && rows.length < maxRows);
  return rows;
}

export function keyOfRow(item: Item, { partitionKey }: TenantTable): string {
  return item[partitionKey]?.S ?? "";
}

/** `undefined` for a row that names no tenant, and so is broken. */
export function tenantIdOfRow(item: Item): string | undefined {
  return item["tenantId"]?.S;
}
