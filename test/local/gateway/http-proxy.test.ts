import { createServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  API,
  method,
  OUTPUT,
  PROXY_ID,
  startGateway,
  success,
  type ClientRequest,
  type GatewaySetup,
} from "./support.ts";

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** Answers 201 with a few headers and keeps what it received. */
async function startBackend() {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, rawHeaders } = request;
      const body = Buffer.concat(chunks).toString();
      received.push({ method, url, rawHeaders, body });
      response.writeHead(201, {
        "Content-Type": "text/plain",
        Server: "backend",
        "Set-Cookie": ["a=1", "b=2"],
        Via: "1.1 x",
      });
      response.end("from backend");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, port: (server.address() as AddressInfo).port };
}

const TENANT_HEADER = {
  "integration.request.header.X-Tenant-Id": "context.authorizer.tenantId",
};

const proxyTo = (port: number, parameters: Record<string, string> = {}) => ({
  ...API,
  ProxyAny: method("ANY", PROXY_ID, {
    Type: "HTTP_PROXY",
    IntegrationHttpMethod: "ANY",
    Uri: `http://127.0.0.1:${port}/base/{proxy}`,
    RequestParameters: {
      "integration.request.path.proxy": "method.request.path.proxy",
      ...parameters,
    },
  }),
});

async function forward(
  request: ClientRequest,
  parameters: Record<string, string> = TENANT_HEADER,
  setup: GatewaySetup = {},
) {
  const backend = await startBackend();
  const { send, entries } = await startGateway({
    authorizer: () => success({ ...OUTPUT, policyDocument: ALLOW_ALL }),
    ...setup,
    resources: proxyTo(backend.port, parameters),
  });
  const response = await send(request);
  const [received] = backend.received;
  return { response, received, entries, backendPort: backend.port };
}

const ALLOW_ALL = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" },
};

const valuesOf = (received: Received | undefined, name: string) =>
  received?.rawHeaders.filter(
    (_, index, all) =>
      index % 2 === 1 && all[index - 1]?.toLowerCase() === name.toLowerCase(),
  );

const BEARER = { authorization: "Bearer a.b.c" };

describe("the backend receives", () => {
  test("verb, path below the Uri, query as sent and body", async () => {
    const { received } = await forward({
      method: "PUT",
      path: "/acme/orders?b=2&a=%20x&b=3",
      headers: BEARER,
      body: "payload",
    });
    expect(received).toMatchObject({
      method: "PUT",
      url: "/base/acme/orders?b=2&a=%20x&b=3",
      body: "payload",
    });
  });

  test("`Authorization`, its own host, and where the request came from", async () => {
    const { received, backendPort } = await forward({ headers: BEARER });
    expect(valuesOf(received, "authorization")).toEqual(["Bearer a.b.c"]);
    expect(valuesOf(received, "host")).toEqual([`127.0.0.1:${backendPort}`]);
    expect(valuesOf(received, "x-forwarded-for")).toEqual(["127.0.0.1"]);
    expect(valuesOf(received, "user-agent")).toEqual([
      expect.stringMatching(/^AmazonAPIGateway_/),
    ]);
  });

  test("the client's address after those the client claims", async () => {
    const { received } = await forward({
      headers: { ...BEARER, "x-forwarded-for": "10.0.0.1" },
    });
    expect(valuesOf(received, "x-forwarded-for")).toEqual([
      "10.0.0.1, 127.0.0.1",
    ]);
  });

  test("an empty POST with a length of 0 instead of chunks", async () => {
    const { received } = await forward({ method: "POST", headers: BEARER });
    expect(valuesOf(received, "content-length")).toEqual(["0"]);
    expect(valuesOf(received, "transfer-encoding")).toEqual([]);
  });
});

describe("a mapped header", () => {
  test.each<[string, Record<string, string | string[]>]>([
    ["absent", {}],
    ["of the same name", { "X-Tenant-Id": "globex" }],
    ["in another letter case", { "x-TENANT-id": "globex" }],
    ["doubled", { "X-Tenant-Id": ["globex", "initech"] }],
  ])("replaces the client's header: %s", async (_, headers) => {
    const { received } = await forward({ headers: { ...BEARER, ...headers } });
    expect(valuesOf(received, "x-tenant-id")).toEqual(["acme"]);
  });

  test.each([
    ["empty", { tenantId: "" }],
    ["missing", {}],
  ])("lets the client's through when its value is %s", async (_, context) => {
    const { received } = await forward(
      { headers: { ...BEARER, "x-tenant-id": "globex" } },
      TENANT_HEADER,
      {
        authorizer: () =>
          success({ ...OUTPUT, policyDocument: ALLOW_ALL, context }),
      },
    );
    expect(valuesOf(received, "x-tenant-id")).toEqual(["globex"]);
  });

  test("may be a literal, or a value of the request", async () => {
    const { received } = await forward(
      { path: "/acme/x?q=1&q=2", headers: { ...BEARER, "X-In": "v" } },
      {
        "integration.request.header.X-Literal": "'it is so'",
        "integration.request.header.X-Header": "method.request.header.x-in",
        "integration.request.header.X-Path": "method.request.path.proxy",
        "integration.request.header.X-Query": "method.request.querystring.q",
        "integration.request.querystring.tenant": "context.authorizer.tenantId",
      },
    );
    expect(valuesOf(received, "x-literal")).toEqual(["it is so"]);
    expect(valuesOf(received, "x-header")).toEqual(["v"]);
    expect(valuesOf(received, "x-path")).toEqual(["acme/x"]);
    expect(valuesOf(received, "x-query")).toEqual(["2"]);
    expect(received?.url).toBe("/base/acme/x?q=1&q=2&tenant=acme");
  });

  test("whose value cannot be sent stops the request", async () => {
    const { response, received } = await forward(
      { headers: BEARER },
      TENANT_HEADER,
      {
        authorizer: () =>
          success({
            ...OUTPUT,
            policyDocument: ALLOW_ALL,
            context: { tenantId: "a\r\nX-Admin: 1" },
          }),
      },
    );
    expect(response.status).toBe(504);
    expect(received).toBeUndefined();
  });
});

describe("the greedy path parameter", () => {
  test.each([
    ["/acme/%2e%2e/globex", "/base/acme/../globex"],
    ["/acme/..%2Fglobex", "/base/acme/../globex"],
    ["/acme/../globex", "/base/acme/../globex"],
    ["/acme//x", "/base/acme//x"],
    ["/acme/x/", "/base/acme/x"],
    ["/acme/100%25", "/base/acme/100%25"],
    ["/acme/%252e", "/base/acme/%252e"],
    ["/acme/a%3Fb%23c", "/base/acme/a%3Fb%23c"],
    ["/acme/%C3%A9%20x", "/base/acme/%C3%A9%20x"],
    ["/acme/%zz", "/base/acme/%25zz"],
    ["/acme/a%0d%0ab", "/base/acme/a%0D%0Ab"],
  ])(
    "of %s is decoded once and reaches the backend as %s",
    async (path, url) => {
      const { received } = await forward({ path, headers: BEARER });
      expect(received?.url).toBe(url);
    },
  );
});

describe("the backend's answer", () => {
  test("reaches the client, its connection headers renamed or dropped", async () => {
    const { response, entries } = await forward({ headers: BEARER });
    expect(response.status).toBe(201);
    expect(response.text).toBe("from backend");
    expect(response.headers).toMatchObject({
      "content-type": "text/plain",
      "set-cookie": ["a=1", "b=2"],
      "x-amzn-remapped-server": "backend",
    });
    expect(response.headers).not.toHaveProperty("server");
    expect(response.headers).not.toHaveProperty("via");
    expect(response.headers).not.toHaveProperty("x-amzn-trace-id");
    expect(entries).toMatchObject([{ decision: "allow", reason: undefined }]);
  });

  test("is 504 when nothing listens there", async () => {
    const closed = createTcpServer();
    const port = await new Promise<number>((resolve) => {
      closed.listen(0, "127.0.0.1", () => {
        resolve((closed.address() as AddressInfo).port);
      });
    });
    await new Promise((resolve) => closed.close(resolve));
    const { send, entries } = await startGateway({ resources: proxyTo(port) });
    const response = await send();
    expect(response.status).toBe(504);
    expect(response.json()).toEqual({
      message: "Network error communicating with endpoint",
    });
    expect(entries).toMatchObject([{ reason: "integration_failure" }]);
  });

  test("is 504 when it is not HTTP", async () => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.end("hello\n");
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { send } = await startGateway({ resources: proxyTo(port) });
    expect((await send()).status).toBe(504);
  });

  test("is 504 INTEGRATION_TIMEOUT when it does not come in time", async () => {
    const server = createTcpServer((socket) => {
      onTestFinished(() => void socket.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { send, entries } = await startGateway({
      resources: proxyTo(port),
      integrationTimeoutMs: 50,
    });
    expect((await send()).status).toBe(504);
    expect(entries).toMatchObject([{ reason: "integration_timeout" }]);
  });
});
