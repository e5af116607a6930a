/** Which items a request of DynamoDB's API may change. */
import { isRecord, ownProperty } from "../json.ts";
import type { WireItem } from "./attribute-values.ts";

export interface TableWrite {
  readonly tableName: string;
  /** The item, or its key: whatever of the request holds the key. */
  readonly item: WireItem;
}

type ReadWrites = (body: unknown) => readonly (TableWrite | undefined)[];

const OPERATIONS: Readonly<Record<string, ReadWrites>> = {
  PutItem: (body) => [readWrite(body)],
  UpdateItem: (body) => [readWrite(body)],
  DeleteItem: (body) => [readWrite(body)],
  BatchWriteItem: (body) =>
    membersOf(ownProperty(body, "RequestItems")).flatMap(
      ([tableName, requests]) =>
        listOf(requests).map((request) =>
          readWrite(
            ownProperty(request, "PutRequest") ??
              ownProperty(request, "DeleteRequest"),
            tableName,
          ),
        ),
    ),
  TransactWriteItems: (body) =>
    listOf(ownProperty(body, "TransactItems")).map((request) =>
      readWrite(
        ownProperty(request, "Put") ??
          ownProperty(request, "Update") ??
          ownProperty(request, "Delete"),
      ),
    ),
};

/** The writes of a request, by its `X-Amz-Target`. What DynamoDB would refuse for its form is left out. */
export function readTableWrites(
  target: string | undefined,
  body: Buffer,
): readonly TableWrite[] {
  const operation = target?.split(".")[1] ?? "";
  const readWrites = Object.hasOwn(OPERATIONS, operation)
    ? OPERATIONS[operation]
    : undefined;
  return readWrites === undefined
    ? []
    : readWrites(parseJson(body)).filter((write) => write !== undefined);
}

function readWrite(
  request: unknown,
  tableName: unknown = ownProperty(request, "TableName"),
): TableWrite | undefined {
  const item = ownProperty(request, "Item") ?? ownProperty(request, "Key");
  return typeof tableName === "string" && isRecord(item)
    ? { tableName, item }
    : undefined;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // DynamoDB refuses it too, in its own words.
    return undefined;
  }
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
