/** What a function needs around it before it can decide: an issuer with keys and a table with one tenant, over TLS. */
import type { RequestListener } from "node:http";
import { type Server, createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { methodArn } from "../../test/support/events.ts";
import { createCertificate } from "../../test/support/tls-server.ts";
import {
  AUDIENCE,
  CLIENT_ID,
  jwksOf,
  signAccessToken,
  signingKey,
} from "../../test/support/tokens.ts";
import { type Relay, startRelay } from "./relay.ts";

/** Something that a server saw, on this process's `performance.now()`. */
export interface Sight {
  readonly server: "keys" | "table";
  readonly what: "connection" | "request" | "answer";
  readonly atMs: number;
}

export interface Surroundings {
  /** The function's own variables, and those that point the SDK and Node here. */
  readonly variables: Readonly<Record<string, string>>;
  readonly event: () => object;
  /** What was seen since it was last asked. */
  readonly takeSights: () => readonly Sight[];
  readonly close: () => void;
}

/** @param roundTripMs how far away both servers are; without it nothing stands between */
export async function startSurroundings(
  folder: string,
  roundTripMs?: number,
): Promise<Surroundings> {
  const certificate = await createCertificate();
  const certificateFile = join(folder, `ca-${roundTripMs ?? "near"}.pem`);
  writeFileSync(certificateFile, certificate.cert);
  let sights: Sight[] = [];
  const see = (server: Sight["server"], what: Sight["what"]): void => {
    sights.push({ server, what, atMs: performance.now() });
  };

  const servers: Server[] = [];
  const relays: Relay[] = [];
  async function serve(
    name: Sight["server"],
    body: object,
    type: string,
  ): Promise<string> {
    const answer: RequestListener = (request, response) => {
      see(name, "request");
      request.resume().on("end", () => {
        response.writeHead(200, { "content-type": type });
        response.end(JSON.stringify(body));
        see(name, "answer");
      });
    };
    const server = createServer(certificate, answer);
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    let { port } = server.address() as AddressInfo;
    const opened = (): void => {
      see(name, "connection");
    };
    if (roundTripMs === undefined) {
      server.on("connection", opened);
    } else {
      const relay = await startRelay({ port, roundTripMs, opened });
      relays.push(relay);
      port = relay.port;
    }
    return `https://localhost:${port}`;
  }

  const keys = await serve("keys", jwksOf(signingKey()), "application/json");
  const issuer = `${keys}/`;
  const item = {
    azp: { S: CLIENT_ID },
    tenantId: { S: "acme" },
    status: { S: "active" },
    routes: { SS: ["* /acme/*"] },
  };
  const answer = { Item: item };
  const table = await serve("table", answer, "application/x-amz-json-1.0");
  return {
    variables: {
      AUTH0_ISSUERS: issuer,
      AUTH0_AUDIENCES: AUDIENCE,
      TENANT_TABLE: "tenants",
      UV_THREADPOOL_SIZE: "16",
      AWS_ENDPOINT_URL_DYNAMODB: table,
      NODE_EXTRA_CA_CERTS: certificateFile,
    },
    event: () => {
      const iat = Math.floor(Date.now() / 1_000) - 10;
      const claims = { iss: issuer, iat, exp: iat + 600 };
      const token = signAccessToken({ claims });
      return {
        type: "TOKEN",
        authorizationToken: `Bearer ${token}`,
        methodArn: methodArn(),
      };
    },
    takeSights: () => {
      const taken = sights;
      sights = [];
      return taken;
    },
    close: () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      for (const relay of relays) relay.close();
    },
  };
}
