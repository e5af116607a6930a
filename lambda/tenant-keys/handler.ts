/** The edge of the tenant-keys function: environment, clients, standard output. */
import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CALL_BUDGET,
  createApiGatewayClient,
  createApiKeys,
} from "./adapters/api-keys.ts";
import { createKeysReport } from "./adapters/keys-metrics.ts";
import { createPace } from "./adapters/pace.ts";
import {
  createDynamoClient,
  createTenantRows,
} from "./adapters/tenant-rows.ts";
import { parseTenantKeysConfig } from "./config.ts";
import {
  type TenantKeysHandler,
  createTenantKeys,
} from "./create-tenant-keys.ts";
import { TENANT_KEYS_TAG } from "./env-names.ts";

const config = parseTenantKeysConfig(process.env);
const now = () => Date.now();

export const handler: TenantKeysHandler = createTenantKeys(config, {
  keys: createApiKeys(
    createApiGatewayClient(CALL_BUDGET),
    createPace(config.callsPerSecond, { now: () => performance.now(), sleep }),
    { [TENANT_KEYS_TAG]: `${config.restApiId}/${config.stageName}` },
  ),
  rows: createTenantRows(createDynamoClient(), {
    tableName: config.tenantTable,
    keyAttribute: config.tenantClaim,
  }),
  sha256: (text) => hash("sha256", text, "hex"),
  now,
  report: createKeysReport(
    (line) => {
      process.stdout.write(line);
    },
    { apiId: config.restApiId, stage: config.stageName },
    now,
  ),
});
