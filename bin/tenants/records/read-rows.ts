import {
  GetItemCommand,
  type ScanCommandInput,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { createProgress } from "../progress.ts";
import { calling } from "../target/aws-errors.ts";
import type { Target } from "../target/target.ts";
import type { TenantTable } from "../target/tenant-table.ts";
import { count } from "../text-table.ts";
import type { World } from "../world.ts";
import type { Item } from "./plain-record.ts";
import { type Row, judgeItem, tenantIdOf } from "./row.ts";

/** Enough to hide the round trips of a table of thousands, and few enough not to throttle a new one. */
const SEGMENTS = 4;

/** Every record, ordered by tenant and key. Strongly consistent, as the function reads. */
export async function readRows(
  world: World,
  target: Target,
  filter: Pick<
    ScanCommandInput,
    | "FilterExpression"
    | "ExpressionAttributeNames"
    | "ExpressionAttributeValues"
  > = {},
): Promise<readonly Row[]> {
  const { table, rules, stage } = target;
  const progress = createProgress(world);
  const rows: Row[] = [];
  let scanned = 0;
  try {
    await calling(`reading table ${table.name}`, () =>
      Promise.all(
        Array.from({ length: SEGMENTS }, async (_, segment) => {
          for await (const page of scanSegment(table, segment, filter)) {
            for (const item of page.items) {
              rows.push(judgeItem(item, rules, stage));
            }
            scanned += page.scanned;
            progress.report(`read ${count(scanned, "record")} …`);
          }
        }),
      ),
    );
  } finally {
    progress.end();
  }
  return rows.sort(
    (a, b) =>
      compareText(tenantIdOf(a), tenantIdOf(b)) || compareText(a.key, b.key),
  );
}

interface Page {
  readonly items: readonly Item[];
  /** How many were looked at for it. */
  readonly scanned: number;
}

async function* scanSegment(
  { client, name }: TenantTable,
  segment: number,
  filter: Partial<ScanCommandInput>,
): AsyncGenerator<Page> {
  let start: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        ...filter,
        TableName: name,
        ConsistentRead: true,
        Segment: segment,
        TotalSegments: SEGMENTS,
        ExclusiveStartKey: start,
      }),
    );
    yield { items: page.Items ?? [], scanned: page.ScannedCount ?? 0 };
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** The record under this key. */
export async function readRow(
  { table, rules, stage }: Target,
  key: string,
): Promise<Row | undefined> {
  const { Item: item } = await calling(`reading table ${table.name}`, () =>
    table.client.send(
      new GetItemCommand({
        TableName: table.name,
        Key: { [table.tenantClaim]: { S: key } },
        ConsistentRead: true,
      }),
    ),
  );
  return item && judgeItem(item, rules, stage);
}

/** By code unit, so that the order is the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
