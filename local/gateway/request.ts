/**
 * A client's request as it came over the wire. Nothing is normalised: dots, double slashes and percent-encodings
 * reach the router, the policy and the backend as they were sent, because that is what a policy must withstand.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

export type Header = readonly [name: string, value: string];

export interface GatewayRequest {
  readonly requestId: string;
  readonly traceId: string;
  readonly receivedAtMs: number;
  readonly method: string;
  /** First path segment; empty when there is none. */
  readonly stageName: string;
  /** What follows the stage, always beginning with a slash, without the query string. */
  readonly path: string;
  /** What follows the first question mark; empty when there is none. */
  readonly rawQuery: string;
  readonly headers: readonly Header[];
  readonly sourceIp: string;
  readonly protocol: string;
  readonly host: string;
  /** Request line and all headers. */
  readonly headBytes: number;
}

export function parseRequest(
  message: IncomingMessage,
  receivedAtMs: number,
): GatewayRequest {
  const target = stripOrigin(message.url ?? "/");
  const queryAt = target.indexOf("?");
  const fullPath = queryAt < 0 ? target : target.slice(0, queryAt);
  const [, stageName = "", path = ""] = /^\/([^/]*)(.*)$/s.exec(fullPath) ?? [];
  const headers = pairsOf(message.rawHeaders);
  const method = message.method ?? "GET";
  return {
    requestId: randomUUID(),
    traceId: findHeader(headers, "x-amzn-trace-id") ?? newTraceId(receivedAtMs),
    receivedAtMs,
    method,
    stageName,
    path: path === "" ? "/" : path,
    rawQuery: queryAt < 0 ? "" : target.slice(queryAt + 1),
    headers,
    sourceIp: plainIp(message.socket.remoteAddress ?? "127.0.0.1"),
    protocol: `HTTP/${message.httpVersion}`,
    host: findHeader(headers, "host") ?? "localhost",
    headBytes: headBytes(method, target, headers),
  };
}

/** The last value of a header, in any letter case of its name: the one API Gateway shows where only one has room. */
export function findHeader(
  headers: readonly Header[],
  name: string,
): string | undefined {
  const wanted = name.toLowerCase();
  return headers.findLast(([own]) => own.toLowerCase() === wanted)?.[1];
}

/** Sets headers: each takes the place of every one of the same name, in any letter case. */
export function replaceHeaders(
  headers: readonly Header[],
  replacements: readonly Header[],
): readonly Header[] {
  const replaced = new Set(replacements.map(([name]) => name.toLowerCase()));
  return [
    ...headers.filter(([name]) => !replaced.has(name.toLowerCase())),
    ...replacements,
  ];
}

export type QueryParameter = readonly [name: string, value: string];

/** Decoded query parameters in order; malformed percent-encodings stay as they are. */
export function parseQuery(rawQuery: string): readonly QueryParameter[] {
  return [...new URLSearchParams(rawQuery)];
}

/** Percent-decoded text, or the text itself where it is not well-formed. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an error of the gateway's: the raw text is what there is to pass on.
    return text;
  }
}

/** Collects the body; `undefined` as soon as it is larger than allowed (the rest is read and dropped). */
export async function readBody(
  message: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return await new Promise((resolve, reject) => {
    message.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        chunks.length = 0;
        resolve(undefined);
      } else {
        chunks.push(chunk);
      }
    });
    message.on("end", () => {
      resolve(Buffer.concat(chunks));
    });
    message.on("error", reject);
    message.on("close", () => {
      reject(new Error("the client went away"));
    });
  });
}

/** Absolute form (RFC 9112 §3.2.2) to origin form; `*` and other oddities come out as an empty stage. */
function stripOrigin(target: string): string {
  const [, path = ""] = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*(.*)$/is.exec(target) ?? [
    target,
    target,
  ];
  return path;
}

export function pairsOf(rawHeaders: readonly string[]): readonly Header[] {
  const pairs: Header[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    pairs.push([rawHeaders[at] ?? "", rawHeaders[at + 1] ?? ""]);
  }
  return pairs;
}

function headBytes(
  method: string,
  target: string,
  headers: readonly Header[],
): number {
  // Node hands out head bytes as Latin-1, one character each. 4 = ": " and the line's end.
  return headers.reduce(
    (sum, [name, value]) => sum + name.length + value.length + 4,
    method.length + target.length + " HTTP/1.1".length + 3,
  );
}

/** An IPv4 client of a dual-stack socket appears as `::ffff:127.0.0.1`. */
function plainIp(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids */
function newTraceId(nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, "0");
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")}`;
}
