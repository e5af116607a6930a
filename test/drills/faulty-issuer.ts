/** An issuer on a real TLS socket, healthy until told otherwise. */
import { createServer } from "node:https";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "../support/tls-server.ts";
import { type SigningKey, jwksBytes } from "../support/tokens.ts";
import { type IssuerFault, REDIRECT_PATH, serveJwks } from "./issuer-faults.ts";
import { type SwitchablePort, openPort } from "./switchable-port.ts";

export interface FaultyIssuer extends AsyncDisposable {
  /** As in `iss`. */
  readonly url: string;
  /** What the name's look-up is to do; the caller has the means. */
  readonly lookup: () => "ok" | "fail" | "hang";
  /** Connections that asked for keys, whatever came of them. */
  readonly connections: () => number;
  /** Those that have not ended yet. */
  readonly openConnections: () => number;
  /** Requests that followed the redirect. */
  readonly redirectsFollowed: () => number;
  readonly publish: (...keys: readonly SigningKey[]) => void;
  readonly fail: (fault: IssuerFault) => Promise<void>;
  readonly heal: () => Promise<void>;
}

export interface IssuerCertificates {
  readonly trusted: Certificate;
  readonly untrusted: Certificate;
}

export async function startFaultyIssuer(
  { trusted, untrusted }: IssuerCertificates,
  ...keys: readonly SigningKey[]
): Promise<FaultyIssuer> {
  let body = jwksBytes(...keys);
  let fault: IssuerFault | undefined;
  let redirectsFollowed = 0;

  const healthy = serveJwks(() => body);
  const server = createServer(trusted, (request, response) => {
    if (request.url === REDIRECT_PATH) {
      redirectsFollowed += 1;
      healthy(request, response);
    } else if (fault?.on === "http") {
      fault.answer(response, body);
    } else {
      healthy(request, response);
    }
  });
  const impostor = createServer(untrusted, healthy);
  const stranger = createTlsServer(trusted, (socket) => {
    socket.on("error", () => undefined);
    if (fault?.on === "tls") fault.talk(socket, body);
  });
  for (const tlsServer of [server, impostor, stranger]) {
    // Peers that give up in the midst of it are what is drilled.
    tlsServer.on("tlsClientError", () => undefined);
  }

  const port: SwitchablePort = await openPort((socket) => {
    switch (fault?.on) {
      case "tcp":
        fault.talk(socket);
        break;
      case "certificate":
        impostor.emit("connection", socket);
        break;
      case "tls":
        stranger.emit("connection", socket);
        break;
      case "http":
      case "lookup":
      case "port":
      case undefined:
        server.emit("connection", socket);
    }
  });

  return {
    url: `https://localhost:${port.port}/`,
    lookup: () => (fault?.on === "lookup" ? fault.lookup : "ok"),
    connections: port.accepted,
    openConnections: port.openConnections,
    redirectsFollowed: () => redirectsFollowed,
    publish: (...published) => {
      body = jwksBytes(...published);
    },
    fail: async (next) => {
      fault = next;
      if (next.on !== "port") await port.open();
      else if (next.port === "refuse") await port.refuse();
      else await port.swallow();
    },
    heal: async () => {
      fault = undefined;
      await port.open();
    },
    [Symbol.asyncDispose]: async () => {
      await port.close();
      for (const tlsServer of [server, impostor, stranger]) tlsServer.close();
    },
  };
}
