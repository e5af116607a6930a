/**
 * What DynamoDB does between two replicas of a global table, between the tables of two local runs: a row that is written
 * in one is put into the other a little later, and shows in the other's stream as a write like any. For one way, and for
 * puts; nothing here proves how AWS does it.
 */
import { isDeepStrictEqual } from "node:util";
import {
  type AttributeValue,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import type { LocalRun } from "../../local/local-run.ts";

export interface Replication {
  /** A partition: once it resolves nothing is carried over any more. */
  readonly cut: () => Promise<void>;
  /** What was held up is carried over now. */
  readonly heal: () => void;
  readonly stop: () => Promise<void>;
}

type Row = Record<string, AttributeValue>;

const EVERY_MS = 100;

export function replicate(from: LocalRun, to: LocalRun): Replication {
  const seen = new Map<string, Row>();
  const link = { isCut: false };
  const ending = new AbortController();
  let carrying: Promise<void> = Promise.resolve();

  async function carryOver(): Promise<void> {
    for (const row of await scan(from)) {
      const key = row[from.endpoints.tenantClaim]?.S ?? "";
      if (isDeepStrictEqual(seen.get(key), row)) continue;
      await to.tableClient.send(
        new PutItemCommand({ TableName: to.endpoints.tableName, Item: row }),
      );
      seen.set(key, row);
    }
  }

  const running = (async () => {
    // What was there before both began is in both.
    for (const row of await scan(from)) {
      seen.set(row[from.endpoints.tenantClaim]?.S ?? "", row);
    }
    while (!ending.signal.aborted) {
      if (!link.isCut) {
        carrying = carryOver();
        await carrying;
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();

  return {
    cut: async () => {
      link.isCut = true;
      await carrying;
    },
    heal: () => {
      link.isCut = false;
    },
    stop: async () => {
      ending.abort();
      await running;
    },
  };
}

async function scan(run: LocalRun): Promise<readonly Row[]> {
  const { Items: rows = [] } = await run.tableClient.send(
    new ScanCommand({
      TableName: run.endpoints.tableName,
      ConsistentRead: true,
    }),
  );
  return rows;
}
