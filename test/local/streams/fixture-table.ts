import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DynamoDBClient,
  type AttributeValue,
  type DynamoDBClientConfig,
} from "@aws-sdk/client-dynamodb";
import type { StreamRecord } from "../../../local/streams/stream-record.ts";
import { createTables } from "../../../local/table/create-tables.ts";
import {
  startTableServer,
  type TableServer,
} from "../../../local/table/table-server.ts";
import { stackOf } from "../gateway/support.ts";

export const TABLE = "tenants";
export const STREAM_ARN =
  "arn:aws:dynamodb:eu-central-1:123456789012:table/tenants/stream/2026-01-01T00:00:00.000";

export interface FixtureTable {
  readonly table: TableServer;
  readonly client: DynamoDBClient;
  /** Takes the records of all that has been written. */
  readonly drain: () => Promise<readonly StreamRecord[]>;
  readonly changes: readonly boolean[];
  readonly stop: () => Promise<void>;
}

/** A table keyed by `azp` with its stream open. */
export async function startFixtureTable(): Promise<FixtureTable> {
  const directory = mkdtempSync(join(tmpdir(), "streams-test-"));
  const changes: boolean[] = [];
  const table = await startTableServer({
    port: 0,
    directory,
    onChange: (isUp) => changes.push(isUp),
  });
  const client = createClient(table.endpoint);
  await createTables(
    client,
    stackOf({
      Table: [
        "DynamoDB::GlobalTable",
        {
          TableName: TABLE,
          KeySchema: [{ AttributeName: "azp", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "azp", AttributeType: "S" }],
        },
      ],
    }),
  );
  const open = (tableName: string) =>
    table.openStream({
      tableName,
      arn: STREAM_ARN,
      region: "eu-central-1",
      keyAttributes: ["azp"],
    });
  const reader = (await open(TABLE)).openReader();
  return {
    table,
    client,
    changes,
    drain: async () => {
      // Resolves behind everything that the table's process has told before.
      await open("barrier");
      const records: StreamRecord[] = [];
      for (let next = reader.peek(); next !== undefined; next = reader.peek()) {
        records.push(next);
        reader.take();
      }
      return records;
    },
    stop: async () => {
      client.destroy();
      await table.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function createClient(
  endpoint: string,
  config: DynamoDBClientConfig = {},
): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    ...config,
  });
}

export type Row = Record<string, AttributeValue>;

export const row = (azp: string, attributes: Row = {}): Row => ({
  azp: { S: azp },
  status: { S: "active" },
  ...attributes,
});
