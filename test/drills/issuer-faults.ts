/** Everything an issuer's key endpoint is drilled to do instead of answering. */
import type { RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";

/** On which layer the fault lies, and what happens there. `body` is the JWKS a healthy issuer would send. */
export type IssuerFault =
  | { readonly on: "lookup"; readonly lookup: "fail" | "hang" }
  | { readonly on: "port"; readonly port: "refuse" | "swallow" }
  | { readonly on: "tcp"; readonly talk: (socket: Socket) => void }
  | { readonly on: "certificate" }
  | {
      readonly on: "tls";
      readonly talk: (socket: TLSSocket, body: Buffer) => void;
    }
  | {
      readonly on: "http";
      readonly answer: (response: ServerResponse, body: Buffer) => void;
    };

/** Where the redirect points to: a good JWKS, that must never be asked for. */
export const REDIRECT_PATH = "/elsewhere/jwks.json";

const http = (
  answer: (response: ServerResponse, body: Buffer) => void,
): IssuerFault => ({ on: "http", answer });

const status = (
  code: number,
  headers: Record<string, string> = {},
): IssuerFault =>
  http((response, body) => response.writeHead(code, headers).end(body));

const ok = (body: string | Buffer): IssuerFault =>
  http((response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(body),
  );

/** Speaks after the request has arrived, as an HTTP server would, but not HTTP. */
const raw = (talk: (socket: TLSSocket, body: Buffer) => void): IssuerFault => ({
  on: "tls",
  talk: (socket, body) => {
    socket.once("data", () => {
      talk(socket, body);
    });
  },
});

/** Repeats until the socket is gone. */
function keepDoing(socket: Socket, everyMs: number, act: () => void): void {
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else act();
  }, everyMs);
  socket.once("close", () => {
    clearInterval(timer);
  });
}

const bomb = gzipSync(Buffer.alloc(20_000_000, " "), { level: 1 });

/** No keys come of these: the issuer is down, or might as well be. */
export const ISSUER_FAULTS = {
  refused: { on: "port", port: "refuse" },
  "black hole": { on: "port", port: "swallow" },
  "DNS failure": { on: "lookup", lookup: "fail" },
  "DNS hang": { on: "lookup", lookup: "hang" },
  "TLS untrusted": { on: "certificate" },
  "TLS hang": { on: "tcp", talk: (socket) => socket.resume() },
  "not TLS": {
    on: "tcp",
    talk: (socket) => socket.resume().end("HTTP/1.1 400 Bad Request\r\n\r\n"),
  },
  "closed at once": { on: "tcp", talk: (socket) => socket.destroy() },
  hang: http(() => undefined),
  drip: http((response, body) => {
    response.writeHead(200, { "content-type": "application/json" });
    let sent = 0;
    const { socket } = response;
    if (socket === null) return;
    keepDoing(socket, 100, () => response.write(body.subarray(sent, ++sent)));
  }),
  "ends too late": http((response, body) => {
    response.writeHead(200, { "content-length": body.length });
    response.write(body.subarray(0, -1));
    setTimeout(() => response.end(body.subarray(-1)), 2_000);
  }),
  "reset mid-body": http((response, body) => {
    response.writeHead(200, { "content-length": body.length });
    response.write(body.subarray(0, 100), () => {
      response.socket?.destroy();
    });
  }),
  "302 to a good set": http((response) =>
    response.writeHead(302, { location: REDIRECT_PATH }).end(),
  ),
  "304": status(304),
  "404": status(404),
  "429": status(429, { "retry-after": "3600" }),
  "500": status(500),
  "HTML with 200": ok("<!doctype html><title>Down for maintenance</title>"),
  "empty set": ok('{"keys":[]}'),
  "malformed JSON": http((response, body) =>
    response.writeHead(200).end(body.subarray(0, -2)),
  ),
  "body over 100 kB": http((response, body) =>
    response
      .writeHead(200)
      .end(Buffer.concat([body, Buffer.alloc(100_001, " ")])),
  ),
  "endless body": http((response) => {
    const { socket } = response;
    response.writeHead(200);
    if (socket === null) return;
    keepDoing(socket, 5, () => response.write(Buffer.alloc(16_384, " ")));
  }),
  "gzip bomb": http((response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
  ),
  "gzip of a good set": http((response, body) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(body)),
  ),
  "not HTTP": raw((socket) => socket.end("hello\0world\r\n".repeat(100))),
  "endless headers": raw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    keepDoing(socket, 5, () => socket.write(`x: ${"y".repeat(8_000)}\r\n`));
  }),
  "endless 103": raw((socket) => {
    keepDoing(socket, 5, () =>
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: </>\r\n\r\n"),
    );
  }),
  "101 upgrade": raw((socket) =>
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nhello",
    ),
  ),
  "bad chunks": raw((socket) =>
    socket.write(
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
    ),
  ),
  "garbage after the keys": raw((socket, body) => {
    socket.write(
      `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body.toString()}garbage`,
    );
  }),
  "reset after headers": raw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", () =>
      socket.destroy(),
    );
  }),
} as const satisfies Record<string, IssuerFault>;

export type IssuerFaultName = keyof typeof ISSUER_FAULTS;

/** Whether the answer takes until the function gives up: these cells show the budget. */
export const SLOW_ISSUER_FAULTS: ReadonlySet<IssuerFaultName> = new Set([
  "black hole",
  "DNS hang",
  "TLS hang",
  "hang",
  "drip",
  "ends too late",
  "endless 103",
  "101 upgrade",
]);

/** Oddities around an answer that is whole and good: the keys count. */
export const HARMLESS_ODDITIES = {
  "second response": raw((socket, body) => {
    const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body.toString()}`;
    socket.write(answer + answer);
  }),
  "103 before the keys": raw((socket, body) => {
    socket.write(
      `HTTP/1.1 103 Early Hints\r\nlink: </>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body.toString()}`,
    );
  }),
} as const satisfies Record<string, IssuerFault>;

/** Answers a request as a healthy issuer does. */
export function serveJwks(getBody: () => Buffer): RequestListener {
  return (_request, response) => {
    response
      .writeHead(200, {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "public, max-age=15",
      })
      .end(getBody());
  };
}
