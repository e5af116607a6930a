/** Conditional writes: nothing is overwritten that has not been seen. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { calling } from "../target/aws-errors.ts";
import type { TenantTable } from "../target/tenant-table.ts";
import { isSameValue } from "./same-value.ts";
import type { Item } from "./plain-record.ts";
import { Expression, unchanged } from "./unchanged-condition.ts";

/** @throws CommandError `record_exists` when the key is taken */
export async function insertItem(
  table: TenantTable,
  item: Item,
): Promise<void> {
  const key = item[table.tenantClaim]?.S ?? "";
  await write(
    table,
    `writing record ${key}`,
    new PutItemCommand({
      TableName: table.name,
      Item: { ...item },
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": table.tenantClaim },
    }),
    new CommandError(
      EXIT.refused,
      "record_exists",
      `there is already a record with key ${key}, and two tenants cannot share one`,
      ["tenants get shows it, tenants set changes it"],
    ),
  );
}

/**
 * Writes the attributes that differ, provided that each of them, and the tenant id, is still what it was.
 *
 * @throws CommandError `record_changed` when somebody else was faster
 */
export async function updateItem(
  table: TenantTable,
  before: Item,
  after: Item,
): Promise<void> {
  const changed = changedAttributes(before, after);
  if (changed.length === 0) return;
  const key = before[table.tenantClaim]?.S ?? "";
  const expression = new Expression();
  const set: string[] = [];
  const remove: string[] = [];
  for (const attribute of changed) {
    const name = expression.name(attribute);
    const value = after[attribute];
    if (value === undefined) remove.push(name);
    else set.push(`${name} = ${expression.value(value)}`);
  }
  const conditions = [
    `attribute_exists(${expression.name(table.tenantClaim)})`,
    ...unchanged(before, [...new Set(["tenantId", ...changed])], expression),
  ];
  await write(
    table,
    `writing record ${key}`,
    new UpdateItemCommand({
      TableName: table.name,
      Key: { [table.tenantClaim]: { S: key } },
      UpdateExpression: [
        set.length > 0 ? `SET ${set.join(", ")}` : "",
        remove.length > 0 ? `REMOVE ${remove.join(", ")}` : "",
      ].join(" "),
      ConditionExpression: conditions.join(" AND "),
      ExpressionAttributeNames: expression.names,
      ...withValues(expression),
    }),
    changedMeanwhile(key),
  );
}

/** Removes a record, provided that it is still that tenant's. */
export async function removeItem(
  table: TenantTable,
  item: Item,
): Promise<void> {
  const key = item[table.tenantClaim]?.S ?? "";
  const expression = new Expression();
  const conditions = [
    `attribute_exists(${expression.name(table.tenantClaim)})`,
    ...unchanged(item, ["tenantId", "status"], expression),
  ];
  await write(
    table,
    `removing record ${key}`,
    new DeleteItemCommand({
      TableName: table.name,
      Key: { [table.tenantClaim]: { S: key } },
      ConditionExpression: conditions.join(" AND "),
      ExpressionAttributeNames: expression.names,
      ...withValues(expression),
    }),
    changedMeanwhile(key),
  );
}

export function changedAttributes(
  before: Item,
  after: Item,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isSameValue(before[name], after[name]));
}

/** DynamoDB refuses an empty map of values. */
function withValues({
  values,
}: Expression): Pick<UpdateItemCommand["input"], "ExpressionAttributeValues"> {
  return Object.keys(values).length > 0
    ? { ExpressionAttributeValues: values }
    : {};
}

function changedMeanwhile(key: string): CommandError {
  return new CommandError(
    EXIT.refused,
    "record_changed",
    `record ${key} was changed or removed by somebody else meanwhile: it was not written`,
    ["look at it again, and repeat"],
  );
}

async function write(
  { client }: TenantTable,
  doing: string,
  command: PutItemCommand | UpdateItemCommand | DeleteItemCommand,
  onConflict: CommandError,
): Promise<void> {
  await calling(doing, async () => {
    try {
      // The union of commands has no common overload; each is one that the client takes.
      await client.send(command as PutItemCommand);
    } catch (error) {
      throw error instanceof ConditionalCheckFailedException
        ? onConflict
        : error;
    }
  });
}
