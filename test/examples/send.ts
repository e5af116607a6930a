/** A request with the path and the headers exactly as given: doubled, in any letter case, in this order. */
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";

export type Header = readonly [name: string, value: string];

export const bearer = (token: string): Header => [
  "Authorization",
  `Bearer ${token}`,
];

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export function send(
  baseUrl: string,
  path: string,
  headers: readonly Header[],
): Promise<Answer> {
  const { hostname, port, host, pathname } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      agent: false,
      hostname,
      port,
      path: pathname.replace(/\/$/, "") + path,
      // As a list it is sent as it is; as an object, names that differ in letter case alone would be one.
      headers: [["Host", host] as const, ...headers].flat(),
    });
    outgoing.on("error", reject);
    outgoing.on("response", (message) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("error", reject);
      message.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: message.statusCode ?? 0,
          headers: message.headers,
          body: (text === "" ? {} : JSON.parse(text)) as Answer["body"],
        });
      });
    });
    outgoing.end();
  });
}

export const lineOf = ([name, value]: Header): string => `${name}: ${value}`;

export const rawRequest = (path: string, lines: readonly string[]): string =>
  [
    `GET ${path} HTTP/1.1`,
    "Host: localhost",
    "Connection: close",
    ...lines,
    "\r\n",
  ].join("\r\n");

/** A request that no HTTP client would send; the status it gets, or 0 when the connection ends without one. */
export function sendBytes(baseUrl: string, text: string): Promise<number> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(text);
    });
    let answer = "";
    socket.on("error", reject);
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
    });
    socket.on("close", () => {
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0));
    });
  });
}
