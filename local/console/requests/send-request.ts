import { request as httpRequest, type IncomingMessage } from "node:http";
import type { RequestInput, ResponseView } from "../api.ts";
import { ConsoleError } from "../console-error.ts";

export type GatewayCall = Omit<RequestInput, "token"> & {
  /** `undefined` sends none. */
  readonly token: string | undefined;
};

export type CallGateway = (call: GatewayCall) => Promise<ResponseView>;

/** An authorizer and an integration may each take API Gateway's 29 s. */
const TIMEOUT_MS = 65_000;
const MAX_SHOWN_BYTES = 64 * 1024;

/**
 * Sends real requests to one gateway and to nothing else. The path goes over the wire as it was written, which
 * `fetch` would not allow: dots and double slashes are what one wants to try.
 */
export function createCallGateway(port: number, stage: string): CallGateway {
  return ({ token, method, path, headers = [], body }) => {
    const startedAt = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<ResponseView>();
    const pairs: (readonly [string, string])[] = [
      ["Host", `localhost:${port}`],
      ["User-Agent", "local-console"],
      ...(token === undefined
        ? []
        : [["Authorization", `Bearer ${token}`] as const]),
      ...(body === undefined
        ? []
        : [["Content-Length", String(Buffer.byteLength(body))] as const]),
      ...headers,
    ];
    const sent = httpRequest(
      {
        host: "127.0.0.1",
        port,
        method,
        path: `/${stage}${path}`,
        // A flat list keeps doubled headers doubled.
        headers: pairs.flat(),
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
      (response) => {
        readResponse(response, startedAt).then(resolve, reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
    return promise.catch((error: unknown) => {
      throw new ConsoleError(
        502,
        "gateway_silent",
        `the gateway did not answer: ${error instanceof Error ? error.message : "unknown"}`,
      );
    });
  };
}

async function readResponse(
  response: IncomingMessage,
  startedAt: number,
): Promise<ResponseView> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (size < MAX_SHOWN_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  const { rawHeaders } = response;
  return {
    status: response.statusCode ?? 0,
    headers: rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
    ),
    body: Buffer.concat(chunks).toString("utf8", 0, MAX_SHOWN_BYTES),
    isBodyCut: size > MAX_SHOWN_BYTES,
    durationMs: performance.now() - startedAt,
  };
}
