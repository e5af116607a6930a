/** From what an operator calls a tenant to its records: a tenant id, or the key of one record. */
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { Target } from "../target/target.ts";
import type { World } from "../world.ts";
import { readRow, readRows } from "./read-rows.ts";
import { type Row, tenantIdOf } from "./row.ts";

/** How a name is read: as either, or as one of the two alone. */
export type NamedBy = "either" | "key" | "tenant";

/**
 * All records of a tenant, or the one under a key. Both are looked for, because a key may look like a tenant id,
 * and to suspend the wrong one of two is worse than to ask.
 *
 * @throws CommandError when there are none, or when the name means two different things
 */
export async function findRows(
  world: World,
  target: Target,
  name: string,
  by: NamedBy,
): Promise<readonly Row[]> {
  if (name === "") {
    throw new CommandError(
      EXIT.usage,
      "name_empty",
      "expected a tenant id or a record's key, and got an empty text",
    );
  }
  const [byKey, byTenant] = await Promise.all([
    by === "tenant" ? undefined : readRow(target, name),
    by === "key" ? [] : readTenantRows(world, target, name),
  ]);
  if (byKey === undefined && byTenant.length === 0) {
    throw notFound(target, name, by);
  }
  if (byKey === undefined || tenantIdOf(byKey) === name) {
    return byTenant.length > 0 || byKey === undefined ? byTenant : [byKey];
  }
  if (byTenant.length === 0) return [byKey];
  throw new CommandError(
    EXIT.usage,
    "name_ambiguous",
    `${name} is both the key of a record of tenant ${tenantIdOf(byKey)} and a tenant id`,
    ["say which is meant with --by key or --by tenant"],
  );
}

/** The one record that a name means; for what is not done to several at once. */
export function findOnlyRow(rows: readonly Row[], name: string): Row {
  const [row] = rows;
  if (row !== undefined && rows.length === 1) return row;
  throw new CommandError(
    EXIT.usage,
    "name_not_unique",
    `tenant ${name} has ${rows.length} records, and this is done to one at a time`,
    ["name one by its key:", ...rows.map(({ key }) => `  ${key}`)],
  );
}

async function readTenantRows(
  world: World,
  target: Target,
  tenantId: string,
): Promise<readonly Row[]> {
  return await readRows(world, target, {
    FilterExpression: "#tenantId = :tenantId",
    ExpressionAttributeNames: { "#tenantId": "tenantId" },
    ExpressionAttributeValues: { ":tenantId": { S: tenantId } },
  });
}

function notFound(target: Target, name: string, by: NamedBy): CommandError {
  const what = {
    either: "a tenant id or a key",
    key: "a key",
    tenant: "a tenant id",
  }[by];
  return new CommandError(
    EXIT.refused,
    "not_found",
    `table ${target.table.name} has no record with ${what} ${name}`,
    [
      `tenants list shows all of them; keys are values of ${target.table.tenantClaim}, and letter case counts`,
    ],
  );
}
