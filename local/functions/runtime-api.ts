import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What the process on the other side of the Runtime API does, as it happens. */
export interface RuntimeApiListener {
  /** The process asks for its next event: it has nothing left to do. */
  readonly onNext: (deliver: (invocation: Invocation) => void) => void;
  readonly onResponse: (requestId: string, payload: string) => void;
  readonly onError: (requestId: string, error: ReportedError) => void;
  readonly onInitError: (error: ReportedError) => void;
}

export interface Invocation {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  readonly payload: string;
}

export interface ReportedError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export interface RuntimeApi {
  /** `host:port`, the value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  readonly close: () => void;
}

const PATH =
  /^\/2018-06-01\/runtime\/(?:(invocation\/next)|(init\/error)|invocation\/([\w-]+)\/(response|error))$/;

/**
 * One execution environment's end of the Lambda Runtime API. Each environment has a server of its own, as each
 * micro VM has in Lambda, so a process can only ever answer for itself.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export function startRuntimeApi(
  listener: RuntimeApiListener,
): Promise<RuntimeApi> {
  const server = createServer((request, response) => {
    serve(request, response, listener).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        address: `127.0.0.1:${port}`,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  listener: RuntimeApiListener,
): Promise<void> {
  const [, next, initError, requestId = "", kind] =
    PATH.exec(request.url ?? "") ?? [];
  const isKnown =
    next === undefined
      ? request.method === "POST" && (initError ?? kind) !== undefined
      : request.method === "GET";
  if (!isKnown) {
    response.writeHead(404).end();
    return;
  }
  if (next !== undefined) {
    listener.onNext((invocation) => {
      response.writeHead(200, {
        "content-type": "application/json",
        "lambda-runtime-aws-request-id": invocation.requestId,
        "lambda-runtime-deadline-ms": invocation.deadlineMs,
        "lambda-runtime-invoked-function-arn": invocation.functionArn,
        "lambda-runtime-trace-id": invocation.traceId,
      });
      response.end(invocation.payload);
    });
    return;
  }
  const body = await text(request);
  response.writeHead(202, { "content-type": "application/json" });
  response.end('{"status":"OK"}');
  if (initError !== undefined) {
    listener.onInitError(parseError(body));
  } else if (kind === "error") {
    listener.onError(requestId, parseError(body));
  } else {
    listener.onResponse(requestId, body);
  }
}

function parseError(body: string): ReportedError {
  const error = JSON.parse(body) as Record<string, unknown>;
  return {
    errorType: String(error["errorType"]),
    errorMessage: String(error["errorMessage"]),
  };
}
