/**
 * An issuer that serves its keys and a table that holds a record for every key, on the loopback, in a process of
 * their own: what they cost is not to count as the authorizer's.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createCertificate,
  startTlsServer,
} from "../../test/support/tls-server.ts";

export interface Loopback {
  /** https, with the slash; its certificate is `certificate`. */
  readonly issuer: string;
  readonly certificate: string;
  /** DynamoDB's endpoint. */
  readonly table: string;
}

export async function startLoopback(jwks: object): Promise<{
  readonly loopback: Loopback;
  readonly stop: () => Promise<void>;
}> {
  const child = fork(import.meta.filename, [JSON.stringify(jwks)], {
    execArgv: [],
  });
  const [loopback] = (await once(child, "message")) as [Loopback];
  return {
    loopback,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

/** The application whose record has this many routes; the number tells tenants of a size apart. */
export function clientWith(routes: number, index: number): string {
  return `routes-${routes}-tenant-${index}`;
}

/** The record's routes for an application of `clientWith`; 60 of them fit the policy's budget. */
export function routesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const path = `/{tenantId}/resource-${index + 10}`;
    return index % 2 === 0 ? `GET ${path}/*` : `GET,PUT ${path}`;
  });
}

function answerTo(body: string): string {
  const { Key } = JSON.parse(body) as {
    readonly Key: { readonly azp: { readonly S: string } };
  };
  const client = Key.azp.S;
  const routes = routesOf(Number(client.split("-")[1]));
  return JSON.stringify({
    Item: {
      azp: { S: client },
      tenantId: { S: "acme" },
      status: { S: "active" },
      routes: { L: routes.map((route) => ({ S: route })) },
    },
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function serve(jwks: string): Promise<Loopback> {
  const certificate = await createCertificate();
  const issuer = await startTlsServer(certificate, (_request, response) => {
    response.end(jwks);
  });
  const table = createServer(
    { keepAliveTimeout: 600_000 },
    (request, response) => {
      void readBody(request).then((body) => {
        response.setHeader("content-type", "application/x-amz-json-1.0");
        response.end(answerTo(body));
      });
    },
  );
  table.listen(0, "127.0.0.1");
  await once(table, "listening");
  const { port } = table.address() as AddressInfo;
  return {
    issuer: issuer.origin,
    certificate: certificate.cert,
    table: `http://127.0.0.1:${port}`,
  };
}

if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  process.send(await serve(process.argv[2] ?? ""));
  // Its parent may be ended in the middle of a measurement.
  process.on("disconnect", () => process.exit());
}
