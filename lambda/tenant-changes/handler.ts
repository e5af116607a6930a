/** The edge of the tenant-changes function: environment, clients, standard output. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  FLUSH_BUDGET,
  createApiGatewayClient,
  createFlush,
} from "./adapters/authorizer-cache.ts";
import { createFlushReport } from "./adapters/flush-metrics.ts";
import { parseTenantChangesConfig } from "./config.ts";
import {
  type TenantChangesHandler,
  createTenantChanges,
} from "./create-tenant-changes.ts";

const config = parseTenantChangesConfig(process.env);
const now = () => Date.now();

export const handler: TenantChangesHandler = createTenantChanges(config, {
  flush: createFlush(
    createApiGatewayClient(FLUSH_BUDGET),
    { restApiId: config.restApiId, stageName: config.stageName },
    FLUSH_BUDGET,
  ),
  sleep,
  now,
  report: createFlushReport(
    (line) => {
      process.stdout.write(line);
    },
    { apiId: config.restApiId, stage: config.stageName },
    now,
  ),
});
