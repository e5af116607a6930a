/**
 * One HTTP exchange over node:http, which sends a path and headers as they are given: no dot segment is resolved, no
 * slash merged, no header joined, and no redirect followed.
 */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

export type Header = readonly [name: string, value: string];

export interface Message {
  readonly method: string;
  /** The request target, as it goes over the wire. */
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body?: string;
}

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  /** Names in lower case; of a repeated one the values joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 256 KiB. */
  readonly body: string;
  /** Node's code of the connection's fault. */
  readonly fault?: string;
}

export interface ExchangeOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** PEM of one more certificate authority to trust. */
  readonly ca?: string;
}

const MAX_BODY_BYTES = 256 * 1024;

/** Sends to the origin of `base`; rejects only when aborted. */
export function exchange(
  base: URL,
  { method, target, headers, body = "" }: Message,
  { timeoutMs, signal, ca }: ExchangeOptions,
): Promise<RawAnswer> {
  const isTls = base.protocol === "https:";
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      if (signal.aborted) reject(signal.reason as Error);
      else {
        resolve({
          status: 0,
          headers: {},
          body: "",
          fault: error.code ?? error.name,
        });
      }
    };
    const message = (isTls ? httpsRequest : httpRequest)(
      {
        hostname: base.hostname.replace(/^\[|\]$/g, ""),
        port: base.port === "" ? (isTls ? 443 : 80) : base.port,
        method,
        path: target,
        // An array is sent as it stands, and Node adds nothing to it.
        headers: [
          ["Host", base.host],
          ["Connection", "close"],
          ...headers,
          ...(body !== "" || !["GET", "HEAD", "OPTIONS"].includes(method)
            ? [["Content-Length", String(Buffer.byteLength(body))]]
            : []),
        ].flat(),
        agent: false,
        timeout: timeoutMs,
        signal,
        ...(isTls && ca !== undefined && { ca }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          if (bytes < MAX_BODY_BYTES) chunks.push(chunk);
          bytes += chunk.length;
        });
        response.on("error", fail);
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [
                name,
                Array.isArray(value) ? value.join(", ") : (value ?? ""),
              ]),
            ),
            body: Buffer.concat(chunks)
              .subarray(0, MAX_BODY_BYTES)
              .toString("utf8"),
          });
        });
      },
    );
    message.on("timeout", () => {
      message.destroy(Object.assign(new Error(), { code: "TIMEOUT" }));
    });
    message.on("error", fail);
    message.end(body);
  });
}
