/** Over real sockets: what an issuer, or who stands in its place, may do to a fetch. */
import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
  vi,
} from "vitest";
import {
  JWKS_FETCH_BUDGET,
  createJwksFetcher,
} from "../../../../lambda/authorizer/adapters/jwks-fetcher.ts";
import { deferred } from "../../../support/fakes.ts";
import {
  type Certificate,
  type TlsServer,
  createCertificate,
  startTlsServer,
  trustCertificate,
} from "../../../support/tls-server.ts";
import { jwksBytes, signingKey } from "../../../support/tokens.ts";

const JWKS = jwksBytes(signingKey());
/** More time than a busy machine needs: a case that is not about time never runs out of it. */
const BUDGET = { totalMs: 10_000, maxBytes: 10_000 };
const SHORT_BUDGET = { ...BUDGET, totalMs: 400 };

let certificate: Certificate;
let distrust: () => void;
const servers: TlsServer[] = [];

beforeAll(async () => {
  certificate = await createCertificate();
  distrust = trustCertificate(certificate);
});
afterAll(() => {
  distrust();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(listener: RequestListener): Promise<TlsServer> {
  const server = await startTlsServer(certificate, listener);
  servers.push(server);
  return server;
}

const fetchFrom = (
  { origin }: { readonly origin: string },
  budget = BUDGET,
): Promise<Uint8Array> =>
  createJwksFetcher(budget)(`${origin}.well-known/jwks.json`);

/** The error that a fetch fails with. */
async function failureOf(fetching: Promise<unknown>): Promise<Error> {
  const error: unknown = await fetching.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "jwks_fetch_failed" });
  return error as Error;
}

describe("a fetch brings the body", () => {
  test("of a 200, asked for as JSON without encoding, on a connection that is not kept", async () => {
    const server = await serve((_request, response) => response.end(JWKS));
    expect(Buffer.from(await fetchFrom(server))).toEqual(JWKS);
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: "GET",
      url: "/.well-known/jwks.json",
    });
    expect(request?.headers).toMatchObject({
      accept: "application/json",
      "accept-encoding": "identity",
      connection: "close",
    });
    expect(request?.headers).not.toHaveProperty("authorization");
  });

  test("that comes in pieces within the budget", async () => {
    const server = await serve((_request, response) => {
      response.write(JWKS.subarray(0, 100));
      setTimeout(() => response.end(JWKS.subarray(100)), 50);
    });
    expect(Buffer.from(await fetchFrom(server))).toEqual(JWKS);
  });

  test("of exactly the most bytes that are allowed", async () => {
    const server = await serve((_request, response) =>
      response.end(Buffer.alloc(BUDGET.maxBytes)),
    );
    expect(await fetchFrom(server)).toHaveLength(BUDGET.maxBytes);
  });

  test("that says it is not encoded", async () => {
    const server = await serve((_request, response) => {
      response.setHeader("content-encoding", "identity");
      response.end(JWKS);
    });
    expect(Buffer.from(await fetchFrom(server))).toEqual(JWKS);
  });
});

describe("a fetch fails at once", () => {
  test.each([201, 204, 206, 304, 400, 403, 404, 429, 500, 503])(
    "at status %i",
    async (status) => {
      const server = await serve((_request, response) => {
        response.statusCode = status;
        response.end(status === 204 || status === 304 ? undefined : JWKS);
      });
      const failure = await failureOf(fetchFrom(server));
      expect(failure.message).toBe(`status ${status}`);
    },
  );

  test.each([301, 302, 303, 307, 308])(
    "at a redirect (%i), which is not followed",
    async (status) => {
      const server = await serve((request, response) => {
        if (request.url === "/elsewhere") return response.end(JWKS);
        response.writeHead(status, { location: "/elsewhere" });
        return response.end();
      });
      expect(await failureOf(fetchFrom(server))).toMatchObject({
        message: `status ${status}`,
      });
      expect(server.requests).toHaveLength(1);
    },
  );

  test.each(["gzip", "br", "deflate", "x-unknown"])(
    "at a body encoded with %s, which is not unpacked",
    async (encoding) => {
      const server = await serve((_request, response) => {
        response.setHeader("content-encoding", encoding);
        response.end(gzipSync(JWKS));
      });
      expect(await failureOf(fetchFrom(server))).toMatchObject({
        message: "encoded body",
      });
    },
  );

  test("at a body of one byte too many", async () => {
    const server = await serve((_request, response) =>
      response.end(Buffer.alloc(BUDGET.maxBytes + 1)),
    );
    expect(await failureOf(fetchFrom(server))).toMatchObject({
      message: "body over 10000 bytes",
    });
  });

  test("at a body without end, of which it reads no more than it needs", async () => {
    let written = 0;
    const server = await serve((_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64_000)))
          written += 64_000;
        if (!response.destroyed) response.once("drain", write);
      };
      write();
    });
    const failure = await failureOf(fetchFrom(server));
    expect(failure.message).toBe("body over 10000 bytes");
    expect(written).toBeLessThan(20_000_000);
  });

  test("at an answer that it does not want, and hangs up on the rest of it", async () => {
    const hungUp = deferred<undefined>();
    const server = await serve((_request, response) => {
      response.on("close", () => {
        hungUp.resolve(undefined);
      });
      response.statusCode = 500;
      response.write("and there is more");
    });
    expect(await failureOf(fetchFrom(server))).toMatchObject({
      message: "status 500",
    });
    await expect(hungUp.promise).resolves.toBeUndefined();
  });

  test("at a body that is shorter than it said", async () => {
    const server = await serve((_request, response) => {
      response.setHeader("content-length", JWKS.length + 1);
      response.write(JWKS, () => response.destroy());
    });
    expect(await failureOf(fetchFrom(server))).toMatchObject({
      message: "connection broken",
      cause: { code: "ECONNRESET" },
    });
  });

  test("at a chunked body that breaks off", async () => {
    const server = await serve((_request, response) => {
      response.write(JWKS, () => response.destroy());
    });
    expect(await failureOf(fetchFrom(server))).toMatchObject({
      message: "connection broken",
      cause: { code: "ECONNRESET" },
    });
  });

  test("at a connection that is refused", async () => {
    const server = await serve((_request, response) => response.end());
    await server.close();
    expect(await failureOf(fetchFrom(server))).toMatchObject({
      message: "connection failed",
      cause: { code: "ECONNREFUSED" },
    });
  });

  test("at a certificate that nobody vouches for", async () => {
    const server = await startTlsServer(
      await createCertificate(),
      (_request, response) => response.end(JWKS),
    );
    servers.push(server);
    expect(await failureOf(fetchFrom(server))).toMatchObject({
      message: "connection failed",
    });
    expect(server.requests).toHaveLength(0);
  });

  test("at a certificate for another name", async () => {
    const server = await serve((_request, response) => response.end(JWKS));
    const other = server.origin.replace("localhost", "127.0.0.2");
    expect(await failureOf(createJwksFetcher(BUDGET)(other))).toMatchObject({
      message: "connection failed",
    });
  });

  test("at a server that does not speak TLS", async () => {
    const server = createServer((socket) =>
      socket.end("HTTP/1.1 200 OK\r\n\r\n{}"),
    );
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    const { port } = server.address() as AddressInfo;
    expect(
      await failureOf(createJwksFetcher(BUDGET)(`https://localhost:${port}/`)),
    ).toMatchObject({ message: "connection failed" });
    server.close();
  });

  test("at a URI that is not https", async () => {
    await expect(
      createJwksFetcher(BUDGET)("http://localhost/"),
    ).rejects.toThrow();
  });
});

describe("a fetch fails when the budget is used up, and not before,", () => {
  const expectTimeout = async (server: {
    readonly origin: string;
  }): Promise<void> => {
    const startedAt = performance.now();
    expect(await failureOf(fetchFrom(server, SHORT_BUDGET))).toMatchObject({
      message: "no answer within 400 ms",
    });
    expect(performance.now() - startedAt).toBeGreaterThan(380);
  };

  test("by a server that never answers", async () => {
    await expectTimeout(await serve(() => undefined));
  });

  test("by a body that drips and never ends", async () => {
    await expectTimeout(
      await serve((_request, response) => {
        const drip = setInterval(() => response.write(" "), 20);
        response.on("close", () => {
          clearInterval(drip);
        });
      }),
    );
  });

  test("by a server that never finishes the TLS handshake", async () => {
    const sockets = new Set<{ destroy: () => unknown }>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    const { port } = server.address() as AddressInfo;
    await expectTimeout({ origin: `https://localhost:${port}/` });
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test("which leaves, with the check of a token, less than 1.5 s", () => {
    expect(JWKS_FETCH_BUDGET.totalMs).toBeLessThanOrEqual(1_450);
    expect(JWKS_FETCH_BUDGET.maxBytes).toBe(100_000);
  });
});

describe("a fetch leaves no timer behind", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    { name: "that brings the body", status: 200 },
    { name: "that fails", status: 500 },
  ])("$name", async ({ status }) => {
    const server = await serve((_request, response) => {
      response.statusCode = status;
      response.end(JWKS);
    });
    await Promise.allSettled([fetchFrom(server)]);
    expect(server.requests).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
