/** Reads one tenant's item from DynamoDB, strongly consistent, within a budget of time. */
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { ReadItem, ReadTenantItem } from "./tenant-cache.ts";

export interface TableReadBudget {
  /** From the call to the answer, the retry included. */
  readonly totalMs: number;
  readonly connectMs: number;
  /** For one of the two attempts. */
  readonly attemptMs: number;
  /** At most, between the two. */
  readonly pauseMs: number;
}

export const TABLE_READ_BUDGET: TableReadBudget = {
  // A tenth below the second that the whole look-up may take: what stands around the wait costs time as well.
  totalMs: 900,
  connectMs: 350,
  attemptMs: 400,
  pauseMs: 50,
};

/**
 * For the read at init that opens the connection: what it does not reach, the first decision's read may still, on a
 * time of its own.
 */
export const TABLE_WARM_UP_BUDGET: TableReadBudget = {
  ...TABLE_READ_BUDGET,
  totalMs: 400,
};

/**
 * An SDK client that gives up in time, and leaves the second attempt to the reader: the SDK's own pause after it was
 * throttled takes up to a second. Endpoint, region and credentials are as the SDK finds them.
 */
export function createDynamoClient(budget: TableReadBudget): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: budget.connectMs,
      requestTimeout: budget.attemptMs,
      // Without it the SDK only warns.
      throwOnRequestTimeout: true,
    },
  });
}

export function createTenantReader(
  client: Pick<DynamoDBClient, "send">,
  table: { readonly tableName: string; readonly keyAttribute: string },
  { totalMs, pauseMs }: TableReadBudget,
): ReadTenantItem {
  return async (key): Promise<ReadItem> => {
    const command = new GetItemCommand({
      TableName: table.tableName,
      Key: { [table.keyAttribute]: { S: key } },
      // So that no older record can follow a flush of the gateway's cache.
      ConsistentRead: true,
    });
    const abortSignal = AbortSignal.timeout(totalMs);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { Item: item } = await client.send(command, { abortSignal });
        return item === undefined ? { kind: "absent" } : { kind: "item", item };
      } catch (error) {
        const outage = isTransient(error);
        if (!outage || attempt === MAX_ATTEMPTS || abortSignal.aborted) {
          return { kind: "unavailable", isTransient: outage };
        }
      }
      // Not all at once: what fails here mostly fails for many functions together.
      await sleep(Math.random() * pauseMs);
    }
  };
}

const MAX_ATTEMPTS = 2;

/** Errors by which DynamoDB or the way to it says "not now": Amazon DynamoDB, "Error handling". */
const TRANSIENT_NAMES: ReadonlySet<string> = new Set([
  "AbortError",
  "TimeoutError",
  "InternalServerError",
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "ThrottlingException",
]);

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Whether an outage, in which the last good record may serve. Access denied or no such table is none: somebody decided that. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code, $metadata } = error as {
    name: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return (
    TRANSIENT_NAMES.has(String(name)) ||
    TRANSIENT_CODES.has(String(code)) ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
}
