/**
 * One HTTP request with the path exactly as given. `fetch` and `URL` would resolve `..` and `%2e%2e` on the way,
 * and so hide from a local backend what a real one may be sent.
 */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { HttpResponse } from "../http-response.ts";
import { pairsOf, type Header } from "../request.ts";

export interface HttpCall {
  readonly origin: URL;
  readonly method: string;
  readonly pathAndQuery: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
  readonly timeoutMs: number;
}

/** Redirects are not followed, bodies not decoded. Rejects with Node's error when the backend cannot be reached. */
export async function callHttp(
  call: HttpCall,
): Promise<HttpResponse | "timeout"> {
  const signal = AbortSignal.timeout(call.timeoutMs);
  try {
    const message = await send(call, signal);
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    return {
      status: message.statusCode ?? 502,
      headers: pairsOf(message.rawHeaders),
      body: Buffer.concat(chunks),
    };
  } catch (error) {
    if (signal.aborted) return "timeout";
    throw error;
  }
}

function send(
  { origin, method, pathAndQuery, headers, body }: HttpCall,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = origin.protocol === "https:" ? httpsRequest : httpRequest;
    const outgoing = start({
      // One connection per request: a kept one may be closed by the backend just as it is used again.
      agent: false,
      hostname: origin.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: origin.port,
      path: pathAndQuery,
      method,
      headers: headers.flat(),
      signal,
    });
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
