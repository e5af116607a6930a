/** The table of tenant records, and which claim it is keyed by. */
import {
  DescribeTableCommand,
  ResourceNotFoundException,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { DynamoDb } from "../world.ts";
import { calling } from "./aws-errors.ts";

export interface TenantTable {
  readonly client: DynamoDb;
  readonly name: string;
  /** The claim that names the tenant, and the partition key. */
  readonly tenantClaim: string;
}

/** `azp`, `org_id`, or a namespaced claim: what `TENANT_CLAIM` may be. */
const TENANT_CLAIM = /^(?:azp|org_id|https?:\/\/\S{1,250})$/;

/**
 * @param configuredClaim the claim that the function looks up, where that is known
 * @throws CommandError when there is no such table, or when it is none of tenant records
 */
export async function openTenantTable(
  client: DynamoDb,
  name: string,
  configuredClaim: string | undefined,
): Promise<TenantTable> {
  const table = await describeTable(client, name);
  const tenantClaim = findKey(table);
  if (tenantClaim === undefined) {
    const keys = (table.KeySchema ?? []).map(
      ({ AttributeName: key = "", KeyType: type = "" }) => `${key} (${type})`,
    );
    throw new CommandError(
      EXIT.unreachable,
      "not_a_tenant_table",
      `table ${name} does not hold tenant records: its key is ${keys.join(" and ")}`,
      [
        "a tenant table has one key, a string, named azp, org_id or after a namespaced claim",
      ],
    );
  }
  if (configuredClaim !== undefined && configuredClaim !== tenantClaim) {
    throw new CommandError(
      EXIT.unreachable,
      "table_of_another_claim",
      `table ${name} is keyed by ${tenantClaim}, but the deployed function looks up ${configuredClaim}`,
      [
        "is it the table of another stack? a table's key cannot be changed: see docs/tenants.md",
      ],
    );
  }
  return { client, name, tenantClaim };
}

async function describeTable(
  client: DynamoDb,
  name: string,
): Promise<TableDescription> {
  const { Table: table } = await calling(
    `looking for table ${name}`,
    async () => {
      try {
        return await client.send(new DescribeTableCommand({ TableName: name }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
        throw new CommandError(
          EXIT.unreachable,
          "no_table",
          `there is no table ${name} in this account and region`,
          ["check --table, --region and --profile"],
          error,
        );
      }
    },
  );
  return table ?? {};
}

function findKey({
  KeySchema: keys = [],
  AttributeDefinitions: definitions = [],
}: TableDescription): string | undefined {
  const [key] = keys;
  const isString = definitions.some(
    ({ AttributeName: name, AttributeType: type }) =>
      name === key?.AttributeName && type === "S",
  );
  return keys.length === 1 &&
    isString &&
    key?.AttributeName !== undefined &&
    TENANT_CLAIM.test(key.AttributeName)
    ? key.AttributeName
    : undefined;
}
