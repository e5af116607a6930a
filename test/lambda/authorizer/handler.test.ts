/** The edge, in a process of its own environment: an issuer and a table over real sockets. */
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
  vi,
} from "vitest";
import type { Authorizer } from "../../../lambda/authorizer/create-authorizer.ts";
import { tokenEvent } from "../../support/events.ts";
import { tenantItem } from "../../support/records.ts";
import {
  type TlsServer,
  createCertificate,
  startTlsServer,
  trustCertificate,
} from "../../support/tls-server.ts";
import {
  AUDIENCE,
  jwksBytes,
  jwksOf,
  signAccessToken,
  signingKey,
} from "../../support/tokens.ts";

const INVOCATION = { awsRequestId: "smoke" };

let issuer: TlsServer;
let table: Server;
let distrust: () => void;
let folder: string;

beforeAll(async () => {
  const certificate = await createCertificate();
  distrust = trustCertificate(certificate);
  issuer = await startTlsServer(certificate, (_request, response) =>
    response.end(jwksBytes(signingKey())),
  );
  table = createServer((_request, response) =>
    response.end(JSON.stringify({ Item: tenantItem() })),
  );
  await new Promise<void>((resolve) => table.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(join(tmpdir(), "authorizer-"));
});
afterAll(async () => {
  distrust();
  table.closeAllConnections();
  table.close();
  await issuer.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  const { port } = table.address() as AddressInfo;
  const environment = {
    AUTH0_ISSUERS: issuer.origin,
    AUTH0_AUDIENCES: AUDIENCE,
    TENANT_TABLE: "tenants",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
  };
  for (const [name, value] of Object.entries(environment))
    vi.stubEnv(name, value);
  vi.resetModules();
});

/** Starts the function as a cold start does: by importing its module. */
const coldStart = async (): Promise<Authorizer> =>
  (await import("../../../lambda/authorizer/handler.ts")).handler;

/** A token that is good by the real clock. */
function event(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: issuer.origin, iat: now - 5, exp: now + 60 };
  return tokenEvent({
    authorizationToken: `Bearer ${signAccessToken({ claims })}`,
  });
}

describe("the handler", () => {
  test("has its keys before the first event, lets a tenant in and logs one object", async () => {
    const info = vi.spyOn(console, "info").mockReturnValue();
    const handler = await coldStart();
    const fetched = issuer.requests.length;
    expect(fetched).toBeGreaterThan(0);
    const result = await handler(event(), INVOCATION);
    expect(result.context).toMatchObject({ tenantId: "acme" });
    expect(issuer.requests).toHaveLength(fetched);
    expect(info.mock.calls).toEqual([
      [
        expect.objectContaining({
          outcome: "allow",
          tenantId: "acme",
          requestId: "smoke",
        }),
      ],
    ]);
  });

  test("answers 401 to a forged token", async () => {
    vi.spyOn(console, "info").mockReturnValue();
    const handler = await coldStart();
    await expect(
      handler(tokenEvent({ authorizationToken: "Bearer forged" }), INVOCATION),
    ).rejects.toThrow(/^Unauthorized$/);
  });

  test("starts while the issuer is down, and cannot tell", async () => {
    vi.spyOn(console, "info").mockReturnValue();
    vi.stubEnv("AUTH0_ISSUERS", "https://localhost:1/");
    const handler = await coldStart();
    const claims = { iss: "https://localhost:1/" };
    const down = tokenEvent({
      authorizationToken: `Bearer ${signAccessToken({ claims })}`,
    });
    await expect(handler(down, INVOCATION)).rejects.toThrow(
      "could not tell: keys_unavailable",
    );
  });

  test("lets a token in by the snapshot while the issuer is down", async () => {
    vi.spyOn(console, "info").mockReturnValue();
    const file = join(folder, "snapshot.json");
    const sets = {
      "https://localhost:1/.well-known/jwks.json": jwksOf(signingKey()),
    };
    writeFileSync(
      file,
      JSON.stringify({
        takenAt: new Date(Date.now() - 1_000).toISOString(),
        sets,
      }),
    );
    vi.stubEnv("AUTH0_ISSUERS", "https://localhost:1/");
    vi.stubEnv("JWKS_SNAPSHOT", pathToFileURL(file).href);
    const handler = await coldStart();
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: "https://localhost:1/", iat: now, exp: now + 60 };
    const result = await handler(
      tokenEvent({
        authorizationToken: `Bearer ${signAccessToken({ claims })}`,
      }),
      INVOCATION,
    );
    expect(result.context).toMatchObject({ tenantId: "acme" });
  });

  test("does not start with a snapshot that is none", async () => {
    const file = join(folder, "broken.json");
    writeFileSync(file, "{}");
    vi.stubEnv("JWKS_SNAPSHOT", pathToFileURL(file).href);
    await expect(coldStart()).rejects.toMatchObject({ code: "config_broken" });
  });

  test("does not start without its configuration", async () => {
    vi.stubEnv("AUTH0_AUDIENCES", "");
    await expect(coldStart()).rejects.toMatchObject({ code: "config_broken" });
  });
});
