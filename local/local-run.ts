/**
 * The whole of a local run behind one handle, for `npm start` and for tests: the synthesized stack, the gateway and
 * the functions that run it, the issuer, the table, and the switches that take the last two away.
 */
import { join } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  startControlPlane,
  type AuthorizersCacheFlush,
  type ControlPlane,
} from "./control-plane/control-plane.ts";
import { createConsole } from "./console/console.ts";
import { startControlServer, type ControlServer } from "./control.ts";
import { findCorsOrigin } from "./cors-origin.ts";
import {
  removeEndpoints,
  writeEndpoints,
  type Endpoints,
} from "./endpoints.ts";
import {
  startEventSources,
  type EventSourceNotice,
  type EventSources,
} from "./event-sources/event-sources.ts";
import {
  startSchedules,
  type ScheduleNotice,
} from "./event-sources/schedules.ts";
import {
  createFunctions,
  type FunctionLogLine,
  type LocalFunctions,
} from "./functions/functions.ts";
import type { StackSource } from "./given-stack.ts";
import type { AccessLogEntry } from "./gateway/access-log.ts";
import { createGateway, type Gateway } from "./gateway/create-gateway.ts";
import { startLocalServices, type LocalServices } from "./local-services.ts";
import { createMintRoute } from "./mint-route.ts";
import { buildItems, describeTenants } from "./seed.ts";
import { resourcesOfType } from "./stack.ts";
import { prepareStateDirectory } from "./state-directory.ts";
import { openStreams } from "./streams/open-streams.ts";
import type { synthesize } from "./synthesize.ts";
import {
  createTableClient,
  createTables,
  findTenantTable,
  putItems,
} from "./table/create-tables.ts";

export interface LocalRunOptions {
  /** Each that is 0 or not given is a free one, but for the single-page application's. */
  readonly ports?: Partial<Ports>;
  /** Where template, bundles, rows and `endpoints.json` go. @default a temporary directory, removed at the end */
  readonly stateDirectory?: string;
  /** Somebody's own stack, in which issuers give way to the run's. @default this project's own app */
  readonly source?: StackSource;
  /** The CDK app's context beyond issuer and audience: `backendUrl`, `tenantClaim`, `corsOrigins`, … */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Of access tokens. @default 86400, as Auth0's */
  readonly tokenLifetimeSeconds?: number;
  /** More variables of every function's process, such as `NODE_OPTIONS`; for measurements. */
  readonly functionVariables?: Readonly<Record<string, string>>;
  /** Writes the assembly that is run, so that a test can run a broken one. @default runs the CDK app */
  readonly synthesize?: typeof synthesize;
  readonly onAccess?: (entry: AccessLogEntry) => void;
  readonly onFunctionLog?: (line: FunctionLogLine) => void;
  /** A batch of changes goes to a function, fails there, or is given up. */
  readonly onEventSource?: (notice: EventSourceNotice) => void;
  /** A function was invoked by its schedule. */
  readonly onSchedule?: (notice: ScheduleNotice) => void;
  readonly onFlush?: (flush: AuthorizersCacheFlush) => void;
  /** An outage of issuer or table begins or ends, whoever the cause. */
  readonly onChange?: (service: "issuer" | "table", isUp: boolean) => void;
  /** Gives up a start that is still under way; a run that has started is ended by `stop`. */
  readonly signal?: AbortSignal;
}

export interface Ports {
  readonly gateway: number;
  /** Part of every token's `iss`. */
  readonly issuer: number;
  readonly table: number;
  readonly control: number;
  /** Nothing of the run listens there: it says which origin is a single-page application's. @default 4014 */
  readonly spa: number;
}

export interface LocalRun extends LocalServices {
  readonly endpoints: Endpoints;
  readonly gateway: Gateway;
  readonly functions: LocalFunctions;
  readonly controlPlane: ControlPlane;
  readonly eventSources: EventSources;
  readonly tableClient: DynamoDBClient;
  /** Every request so far, oldest first. */
  readonly accessLog: readonly AccessLogEntry[];
  /** Ends every process and server of this run. */
  readonly stop: () => Promise<void>;
}

const MAX_ACCESS_LOG_ENTRIES = 10_000;

/** Rejects when a port is taken (Node's `EADDRINUSE`) or the stack cannot be synthesized; nothing is left running. */
export async function startLocalRun(
  options: LocalRunOptions = {},
): Promise<LocalRun> {
  const resources = new AsyncDisposableStack();
  try {
    const run = await start(options, resources);
    return { ...run, stop: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

async function start(
  options: LocalRunOptions,
  resources: AsyncDisposableStack,
): Promise<Omit<LocalRun, "stop">> {
  const { ports } = options;
  const state = prepareStateDirectory(options.stateDirectory);
  resources.defer(state.release);
  const services = await startLocalServices(
    options,
    state.directory,
    resources,
  );
  const { issuer, table, stack, audience, caCertificate, spaOrigin } = services;

  const tableClient = createTableClient(table.endpoint, stack.region);
  resources.defer(() => {
    tableClient.destroy();
  });
  const { name: tableName, partitionKey } = findTenantTable(stack);
  await createTables(tableClient, stack);
  await putItems(tableClient, tableName, buildItems(partitionKey));

  const accessLog: AccessLogEntry[] = [];
  const gateway = createGateway({
    stack,
    invokeFunction: (logicalId, event) => functions.invoke(logicalId, event),
    log: (entry) => {
      accessLog.push(entry);
      if (accessLog.length > MAX_ACCESS_LOG_ENTRIES) {
        accessLog.shift();
      }
      options.onAccess?.(entry);
    },
  });
  const controlPlane = await startControlPlane({
    port: 0,
    stack,
    gateway,
    ...(options.onFlush && { onFlush: options.onFlush }),
  });
  resources.defer(controlPlane.close);

  const functions = createFunctions({
    stack,
    stateDirectory: state.directory,
    switches: {
      ...options.functionVariables,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_ENDPOINT_URL_API_GATEWAY: controlPlane.url,
      NODE_EXTRA_CA_CERTS: caCertificate,
    },
    ...(options.onFunctionLog && { onLog: options.onFunctionLog }),
  });
  resources.defer(functions.stop);

  const eventSources = startEventSources({
    stack,
    // The seed is written: only what changes from here on is in the streams.
    streams: await openStreams(table, stack),
    invokeFunction: functions.invoke,
    ...(options.onEventSource && { onNotice: options.onEventSource }),
  });
  resources.defer(eventSources.stop);
  const endSchedules = startSchedules({
    stack,
    invokeFunction: functions.invoke,
    ...(options.onSchedule && { onNotice: options.onSchedule }),
  });
  resources.defer(endSchedules);

  const { port } = await gateway.listen({
    host: "127.0.0.1",
    port: ports?.gateway ?? 0,
  });
  resources.defer(gateway.close);

  const parts = {
    ...services,
    gateway,
    functions,
    controlPlane,
    eventSources,
    tableClient,
    accessLog,
  };
  const control = await startControl(ports?.control ?? 0, port, parts);
  resources.defer(control.close);

  const [stage] = gateway.stages;
  if (stage === undefined) {
    throw new Error("the template has no stage of a REST API");
  }
  const corsOrigin = findCorsOrigin(stack);
  const endpoints: Endpoints = {
    gateway: `http://127.0.0.1:${port}/${stage.stageName}`,
    stageArn: `arn:${stack.partition}:execute-api:${stack.region}:${stack.account}:${stage.apiId}/${stage.stageName}`,
    issuer: issuer.url,
    browserIssuer: issuer.browserUrl,
    oauthToken: issuer.tokenUrl,
    dynamodb: table.endpoint,
    apiGateway: controlPlane.url,
    region: stack.region,
    tableName,
    tenantClaim: partitionKey,
    audience,
    control: control.url,
    console: `http://localhost:${new URL(control.url).port}/`,
    spaOrigin,
    ...(corsOrigin !== undefined && { corsOrigin }),
    caCertificate,
    tenants: describeTenants(),
    plans: gateway.usagePlans.plans.map(({ name }) => name),
  };
  const endpointsFile = join(state.directory, "endpoints.json");
  writeEndpoints(endpointsFile, endpoints);
  resources.defer(() => {
    removeEndpoints(endpointsFile);
  });
  return { ...parts, endpoints };
}

function startControl(
  port: number,
  gatewayPort: number,
  run: Omit<LocalRun, "stop" | "endpoints">,
): Promise<ControlServer> {
  const { issuer, table, gateway, functions, stack } = run;
  const { controlPlane, eventSources } = run;
  const lambdas = resourcesOfType(stack, "AWS::Lambda::Function");
  const tenantTable = findTenantTable(stack);
  return startControlServer({
    port,
    console: createConsole({
      ...run,
      tenantTable,
      seed: buildItems(tenantTable.partitionKey),
      gatewayPort,
    }),
    mint: createMintRoute(issuer),
    actions: {
      "POST /table/down": table.stop,
      "POST /table/up": table.start,
      "POST /issuer/down": issuer.stop,
      "POST /issuer/up": issuer.start,
    },
    describeStatus: () => ({
      table: table.isUp() ? "up" : "down",
      issuer: issuer.isUp() ? "up" : "down",
      cachedResults: gateway.cachedResults().length,
      cacheFlushes: controlPlane.flushes.length,
      pendingChanges: eventSources.pending(),
      queues: Object.fromEntries(
        eventSources.queues.map(({ logicalId, messages }) => [
          logicalId,
          messages.length,
        ]),
      ),
      functions: Object.fromEntries(
        lambdas.map(({ logicalId }) => [logicalId, functions.count(logicalId)]),
      ),
    }),
  });
}
