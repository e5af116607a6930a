import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { API, sendRaw, STAGE, startGateway, thrown } from "./support.ts";

describe("the stage", () => {
  test.each([
    "/",
    "/acme",
    "/Prod/acme",
    "/prod2/acme",
    "//prod/acme",
    "/%70rod/x",
    "*",
  ])("is not found in %s: 403 Forbidden", async (path) => {
    const { port, entries } = await startGateway();
    const response = await sendRaw(port, { path });
    expect(response.status).toBe(403);
    expect(response.json()).toEqual({ message: "Forbidden" });
    expect(entries).toMatchObject([
      { stage: undefined, reason: "unknown_stage", rendered: undefined },
    ]);
  });

  test("is found in a target of absolute form", async () => {
    const { port, authorizerEvents } = await startGateway();
    await sendRaw(port, { path: "http://elsewhere.test/prod/acme/x?a=b" });
    expect(authorizerEvents).toMatchObject([
      { methodArn: expect.stringMatching(/\/GET\/acme\/x$/) as string },
    ]);
  });

  test("may be one of several", async () => {
    const { port, gateway, authorizerEvents } = await startGateway({
      resources: {
        ...API,
        Other: ["ApiGateway::Stage", { ...STAGE, StageName: "next" }],
      },
    });
    expect(gateway.stages.map(({ stageName }) => stageName)).toEqual([
      "prod",
      "next",
    ]);
    await sendRaw(port, { path: "/prod/acme/x" });
    await sendRaw(port, { path: "/next/acme/x" });
    expect(authorizerEvents).toMatchObject([
      { methodArn: expect.stringContaining("/prod/GET/") as string },
      { methodArn: expect.stringContaining("/next/GET/") as string },
    ]);
  });
});

describe("limits", () => {
  test("10,240 bytes of request line and headers pass, one more is 431", async () => {
    const { port, entries } = await startGateway();
    const headers = { authorization: "Bearer a.b.c", "x-pad": "" };
    const fixed = [
      "GET /prod/acme/x HTTP/1.1",
      "authorization: Bearer a.b.c",
      "x-pad: ",
      `Host: 127.0.0.1:${port}`,
      "Connection: close",
      "",
    ].join("\r\n").length;
    const sized = (bytes: number) =>
      sendRaw(port, {
        path: "/prod/acme/x",
        headers: { ...headers, "x-pad": "a".repeat(bytes - fixed) },
      });
    expect((await sized(10_240)).status).toBe(200);
    expect((await sized(10_241)).status).toBe(431);
    expect(entries[1]).toMatchObject({ reason: "headers_too_large" });
  });

  test("headers beyond what Node parses end in 431, not in a crash", async () => {
    const { port, send } = await startGateway();
    const answer = await sendBytes(
      port,
      `GET /prod/acme/x HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(70_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect((await send()).status).toBe(200);
  });

  test("a body of 10 MiB passes, one more byte is 413 without invocation", async () => {
    const { send, authorizerEvents } = await startGateway();
    const post = (bytes: number) =>
      send({
        method: "POST",
        headers: { authorization: "Bearer a.b.c" },
        body: Buffer.alloc(bytes, "a"),
      });
    expect((await post(10 * 1024 * 1024)).status).toBe(200);
    const refused = await post(10 * 1024 * 1024 + 1);
    expect(refused.status).toBe(413);
    expect(authorizerEvents).toHaveLength(1);
  });
});

describe("survives", () => {
  test.each([
    ["a line that is no HTTP", "hello\r\n\r\n", /^HTTP\/1\.1 400 /],
    [
      "an unknown verb",
      "BREW /prod/x HTTP/1.1\r\nHost: x\r\n\r\n",
      /^HTTP\/1\.1 400 /,
    ],
    ["CONNECT", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", /^$/],
    [
      "two different lengths",
      "POST /prod/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      /^HTTP\/1\.1 400 /,
    ],
    [
      "an upgrade",
      "GET /prod/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      /^HTTP\/1\.1 401 /,
    ],
    [
      "a verb outside ANY",
      "PROPFIND /prod/x HTTP/1.1\r\nHost: x\r\n\r\n",
      /^HTTP\/1\.1 403 /,
    ],
    [
      "no Host",
      "GET /prod/acme/x HTTP/1.0\r\nAuthorization: Bearer a.b.c\r\n\r\n",
      /^HTTP\/1\.1 200 /,
    ],
    [
      "bytes above ASCII in the path",
      "GET /prod/acme/\u00e9 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a.b.c\r\n\r\n",
      /^HTTP\/1\.1 400 /,
    ],
  ])("%s", async (_, bytes, expected) => {
    const { port, send } = await startGateway();
    expect(await sendBytes(port, bytes)).toMatch(expected);
    expect((await send()).status).toBe(200);
  });

  test("a client that goes away in the middle of its body", async () => {
    const { port, send } = await startGateway();
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(
          "POST /prod/acme/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
          () => {
            socket.destroy();
            resolve();
          },
        );
      });
    });
    expect((await send()).status).toBe(200);
  });

  test("an operator whose log fails", async () => {
    const { send, entries } = await startGateway({
      authorizer: () => thrown("x"),
    });
    Object.freeze(entries);
    expect((await send()).status).toBe(500);
    expect((await send()).status).toBe(500);
  });
});

test("HEAD is answered without a body", async () => {
  const { send } = await startGateway();
  const response = await send({ method: "HEAD" });
  expect(response.status).toBe(403);
  expect(response.text).toBe("");
});

test("a port that is taken is refused with Node's own code", async () => {
  const { port } = await startGateway();
  const { gateway } = await startGateway();
  await gateway.close();
  await expect(gateway.listen({ host: "127.0.0.1", port })).rejects.toThrow(
    expect.objectContaining({ code: "EADDRINUSE" }),
  );
});

function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      answer += chunk;
      socket.end();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(answer);
    });
    socket.write(Buffer.from(bytes, "latin1"));
  });
}
