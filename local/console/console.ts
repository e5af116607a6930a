/**
 * The console: a page on which people see a decision instead of reading logs, and switches for drills. It looks at
 * the run from outside, through what gateway, functions, issuer and table tell everybody.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import type { AccessLogEntry } from "../gateway/access-log.ts";
import type { SynthesizedStack } from "../stack.ts";
import type { Item, TenantTable } from "../table/create-tables.ts";
import { createChangeWatcher } from "./drills/watch-change.ts";
import { createSwitchRoutes, type SwitchedParts } from "./drills/switches.ts";
import { describeState } from "./describe-state.ts";
import { answerApi, type ApiRoutes } from "./http/answer-api.ts";
import { createPageFiles } from "./http/page-files.ts";
import { createRequestRoutes } from "./request-routes.ts";
import { createTenantRoutes } from "./tenant-routes.ts";
import { createCallGateway } from "./requests/send-request.ts";
import { createTenantBook } from "./tenants/tenant-book.ts";
import { createMintToken } from "./tokens/mint-token.ts";

export interface ConsoleParts extends SwitchedParts {
  readonly stack: SynthesizedStack;
  readonly controlPlane: ControlPlane;
  readonly accessLog: readonly AccessLogEntry[];
  readonly tableClient: DynamoDBClient;
  readonly tenantTable: TenantTable;
  /** The rows that the table began with. */
  readonly seed: readonly Item[];
  /** Where the gateway listens, on this machine. */
  readonly gatewayPort: number;
}

export interface LocalConsole {
  /** Answers the console's own paths, and says whether it did. Who asks has been checked before. */
  readonly answer: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<boolean>;
  /** Ends what is still being watched. */
  readonly close: () => void;
}

export function createConsole(parts: ConsoleParts): LocalConsole {
  const { issuer, tenantTable, gatewayPort, controlPlane } = parts;
  const [stage] = parts.gateway.stages;
  const [standIn] = issuer.directory.applications;
  if (stage === undefined || standIn === undefined) {
    throw new Error("the console needs a stage, and one application at least");
  }
  const tools = {
    book: createTenantBook(
      { client: parts.tableClient, server: parts.table, table: tenantTable },
      issuer.directory,
      parts.seed,
    ),
    mint: createMintToken(issuer, tenantTable.partitionKey, standIn.clientId),
    callGateway: createCallGateway(gatewayPort, stage.stageName),
  };
  const watcher = createChangeWatcher(controlPlane.flushes);
  const routes: ApiRoutes = {
    "GET /api/state": () => describeState(parts, watcher.changes()),
    ...createTenantRoutes(parts, tools, watcher),
    ...createRequestRoutes(parts, tools, {
      ...stage,
      url: `http://localhost:${gatewayPort}/${stage.stageName}`,
    }),
    ...createSwitchRoutes(parts),
  };
  const sendPageFile = createPageFiles();
  return {
    answer: async (request, response) =>
      sendPageFile(request.method, request.url, response) ||
      (await answerApi(routes, request, response)),
    close: watcher.close,
  };
}
