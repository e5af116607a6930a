import {
  createServer as createHttpServer,
  type RequestListener,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface TwoProtocolServer {
  /** Listens on loopback; resolves with the port. */
  readonly listen: (port: number) => Promise<number>;
  /** Stops listening and drops every connection; `listen` may be called again. */
  readonly close: () => Promise<void>;
}

/** The first byte of a TLS connection: a record of type "handshake", RFC 8446 §5.1. No HTTP method begins so. */
const TLS_HANDSHAKE = 22;

/** Serves https and http on one port: what a connection speaks shows in its first byte. */
export function createTwoProtocolServer(options: {
  readonly key: string;
  readonly cert: string;
  readonly onHttps: RequestListener;
  readonly onHttp: RequestListener;
}): TwoProtocolServer {
  const { key, cert } = options;
  const https = createHttpsServer({ key, cert }, options.onHttps);
  const http = createHttpServer(options.onHttp);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A client that hangs up early is no fault of ours.
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const first = socket.read(1) as Buffer | null;
      if (first === null) {
        socket.destroy();
        return;
      }
      socket.unshift(first);
      const target = first[0] === TLS_HANDSHAKE ? https : http;
      target.emit("connection", socket);
    });
  });
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", () => {
          server.off("error", reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) {
          socket.destroy();
        }
      }),
  };
}
