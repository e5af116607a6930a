/** Tenants of the drill's own, beside the seed's: rows in the local run's table, and a token for each. */
import {
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import type { LocalRun } from "../../local/local-run.ts";

export interface DrillTenant {
  readonly tenantId: string;
  readonly clientId: string;
  readonly path: string;
  readonly token: string;
}

export type TenantStatus = "active" | "suspended";

/** Writes an active row; the token is the only one of its application. */
export async function addTenant(
  run: LocalRun,
  tenantId: string,
): Promise<DrillTenant> {
  const [application] = run.endpoints.tenants;
  const clientId = `client-${tenantId}`;
  await putRow(run, tenantId);
  return {
    tenantId,
    clientId,
    path: `/${tenantId}/orders`,
    token: await run.issuer.mint({
      clientId: application?.clientId ?? "",
      // The issuer does not know the application; the authorizer asks the table alone.
      claims: { azp: clientId, sub: `${clientId}@clients` },
    }),
  };
}

export async function putRow(run: LocalRun, tenantId: string): Promise<void> {
  const { tableName, tenantClaim } = run.endpoints;
  const item: Record<string, AttributeValue> = {
    [tenantClaim]: { S: `client-${tenantId}` },
    tenantId: { S: tenantId },
    status: { S: "active" },
    routes: { SS: [`* /${tenantId}/*`] },
  };
  await run.tableClient.send(
    new PutItemCommand({ TableName: tableName, Item: item }),
  );
}

/** As a console or a script would do it: nothing tells the gateway. */
export async function setStatus(
  run: LocalRun,
  { clientId }: Pick<DrillTenant, "clientId">,
  status: TenantStatus,
): Promise<void> {
  const { tableName, tenantClaim } = run.endpoints;
  await run.tableClient.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { [tenantClaim]: { S: clientId } },
      UpdateExpression: "SET #status = :status",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":status": { S: status } },
    }),
  );
}

/** Waits until every change has been acted on. */
export async function waitUntilQuiet(run: LocalRun): Promise<void> {
  // A first look would miss a row that has just been written and not yet read from the stream.
  do {
    await new Promise((resolve) => setTimeout(resolve, 500));
  } while (run.eventSources.pending() > 0);
}
