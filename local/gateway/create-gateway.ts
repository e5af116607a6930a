/**
 * A local stand-in for API Gateway's REST data plane, built from a synthesized template alone. What it emulates,
 * and which choices it makes where AWS's behaviour is unproven: docs/local-gateway.md.
 */
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { InvokeFunction } from "../functions/invocation.ts";
import type { SynthesizedStack } from "../stack.ts";
import { buildAccessLogEntry } from "./access-log-entry.ts";
import type { AccessLogEntry } from "./access-log.ts";
import { answerRequest } from "./answer.ts";
import {
  jsonResponse,
  writeResponse,
  type HttpResponse,
} from "./http-response.ts";
import {
  parseRequest,
  readBody,
  replaceHeaders,
  type GatewayRequest,
} from "./request.ts";
import { createResultCache, type CachedResultView } from "./result-cache.ts";
import {
  createUsagePlans,
  type UsagePlans,
} from "../usage-plans/usage-plans.ts";
import { buildStages } from "./stages.ts";

export interface GatewayOptions {
  readonly stack: SynthesizedStack;
  readonly invokeFunction: InvokeFunction;
  /** Receives one entry per request, after the answer has been sent. */
  readonly log: (entry: AccessLogEntry) => void;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** How long an integration or an authorizer may take. @default 29 000, API Gateway's own limit */
  readonly integrationTimeoutMs?: number;
}

export interface GatewayStage {
  readonly apiId: string;
  readonly stageName: string;
}

export interface Gateway {
  /** Every stage of the template; each is served below `/{stageName}`. */
  readonly stages: readonly GatewayStage[];
  /** The template's plans, and the keys that are in them now. */
  readonly usagePlans: UsagePlans;
  /** Answers one request; never throws, never rejects. */
  readonly handle: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<void>;
  /** Rejects with Node's own error (`code: "EADDRINUSE"` when the port is taken). Port 0 takes a free one. */
  readonly listen: (address: {
    readonly host: string;
    readonly port: number;
  }) => Promise<{ readonly port: number }>;
  /** Stops listening and closes open connections. */
  readonly close: () => Promise<void>;
  /** `FlushStageAuthorizersCache`: forgets every authorizer result of the stage; false when there is no such stage. */
  readonly flushAuthorizersCache: (apiId: string, stageName: string) => boolean;
  /** The results now kept, without their tokens. */
  readonly cachedResults: () => readonly CachedResultView[];
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Node's own limit on the head; ours is lower, and answered in the gateway's own form. */
const MAX_PARSED_HEAD_BYTES = 64 * 1024;

/** Throws when the template holds something the gateway would have to ignore. */
export function createGateway(options: GatewayOptions): Gateway {
  const { stack, invokeFunction, log, now = Date.now } = options;
  const cache = createResultCache({ now });
  const usagePlans = createUsagePlans(stack, now);
  const stages = buildStages({
    stack,
    usagePlans,
    invokeFunction,
    cache,
    now,
    timeoutMs: options.integrationTimeoutMs ?? 29_000,
  });
  const server = createServer(
    { maxHeaderSize: MAX_PARSED_HEAD_BYTES },
    (request, response) => void handle(request, response),
  );

  return {
    handle,
    usagePlans,
    stages: [...stages.values()].map(({ identity }) => ({
      apiId: identity.apiId,
      stageName: identity.stageName,
    })),
    flushAuthorizersCache(apiId, stageName) {
      if (stages.get(stageName)?.identity.apiId !== apiId) return false;
      cache.flush({ apiId, stageName });
      return true;
    },
    cachedResults: cache.entries,
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          const address = server.address();
          resolve({
            port: typeof address === "object" ? (address?.port ?? port) : port,
          });
        });
      }),
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.once("close", resolve));
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  async function handle(
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const startedAtMs = performance.now();
    const request = parseRequest(message, now());
    const stage = stages.get(request.stageName);
    // A client that goes away while it is answered is not our fault, and there is nobody left to tell.
    response.on("error", () => undefined);
    try {
      const body = await readBody(message, MAX_BODY_BYTES);
      const answer = stage && (await answerRequest(stage, request, body));
      const sent = withServiceHeaders(
        request,
        answer?.response ?? jsonResponse(403, { message: "Forbidden" }),
      );
      writeResponse(response, sent);
      log(buildAccessLogEntry({ request, stage, answer, sent, startedAtMs }));
    } catch (error) {
      if (response.headersSent || response.destroyed) return;
      // A fault of this gateway, not of the request: say so where the developer looks.
      const sent = withServiceHeaders(
        request,
        jsonResponse(500, { message: "Internal server error" }),
      );
      writeResponse(response, sent);
      const detail = error instanceof Error ? error.stack : String(error);
      const entry = buildAccessLogEntry({ request, stage, sent, startedAtMs });
      log({ ...entry, reason: "gateway_fault", detail });
    }
  }
}

function withServiceHeaders(
  { requestId }: GatewayRequest,
  response: HttpResponse,
): HttpResponse {
  const headers = replaceHeaders(response.headers, [
    ["x-amzn-RequestId", requestId],
    ["x-amz-apigw-id", requestId],
  ]);
  return { ...response, headers };
}
