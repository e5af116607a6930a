/**
 * API Gateway's control plane, as far as the stack's own functions and the tenants command use it. The AWS SDK finds
 * it by `AWS_ENDPOINT_URL_API_GATEWAY`.
 */
import { randomUUID } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { isRecord, type JsonRecord } from "../json.ts";
import { isFromThisMachine } from "../loopback-only.ts";
import type { SynthesizedStack } from "../stack.ts";
import {
  createOperations,
  type Answer,
  type FlushedCache,
  type OperatedGateway,
} from "./operations.ts";
import { createRateLimit } from "./rate-limit.ts";
import { RestJsonError } from "./rest-json-error.ts";

export interface ControlPlane {
  readonly url: string;
  /** Every flush of an authorizer cache that was taken on, oldest first. */
  readonly flushes: readonly AuthorizersCacheFlush[];
  readonly close: () => Promise<void>;
}

export interface AuthorizersCacheFlush extends FlushedCache {
  readonly atMs: number;
}

export interface ControlPlaneOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly stack: SynthesizedStack;
  readonly gateway: OperatedGateway;
  readonly onFlush?: (flush: AuthorizersCacheFlush) => void;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** For an account in a region, over all operations (developer guide, "Amazon API Gateway quotas"). */
const RATE_LIMIT = { perSecond: 10, burst: 40 };

export async function startControlPlane(
  options: ControlPlaneOptions,
): Promise<ControlPlane> {
  const { stack, gateway, now = Date.now } = options;
  const flushes: AuthorizersCacheFlush[] = [];
  const isWithinLimit = createRateLimit(RATE_LIMIT, now);

  const operate = createOperations(
    stack,
    gateway,
    (flushed) => {
      const flush = { ...flushed, atMs: now() };
      flushes.push(flush);
      options.onFlush?.(flush);
    },
    now,
  );

  async function answer(request: IncomingMessage): Promise<Answer> {
    const body = await readBody(request);
    if (!isFromThisMachine(request)) {
      throw new RestJsonError(403, "ForbiddenException", "Forbidden");
    }
    if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
      throw new RestJsonError(
        403,
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
      );
    }
    if (!isWithinLimit()) {
      throw new RestJsonError(
        429,
        "TooManyRequestsException",
        "Too Many Requests",
      );
    }
    return operate(request.method, request.url, body);
  }

  async function respond(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    // A client that goes away while it is answered is not our fault, and there is nobody left to tell.
    response.on("error", () => undefined);
    response.setHeader("x-amzn-RequestId", randomUUID());
    response.setHeader("Content-Type", "application/json");
    try {
      const { status, body } = await answer(request);
      response.writeHead(status);
      response.end(body === undefined ? undefined : JSON.stringify(body));
    } catch (error) {
      const { status, type, message } =
        error instanceof RestJsonError
          ? error
          : new RestJsonError(500, "InternalFailure", String(error));
      response.writeHead(status, { "x-amzn-ErrorType": type });
      response.end(JSON.stringify({ message }));
    }
  }

  const server = createServer(
    (request, response) => void respond(request, response),
  );
  // As the table: a frozen function keeps its connection.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    flushes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Far more than a call here has to say. */
const MAX_BODY_BYTES = 100_000;

/** What is no JSON object has no member that an operation could want. */
async function readBody(request: IncomingMessage): Promise<JsonRecord> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return isRecord(body) ? body : {};
  } catch {
    // Empty, as most are.
    return {};
  }
}
