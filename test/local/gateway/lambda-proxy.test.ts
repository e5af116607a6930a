import { describe, expect, test } from "vitest";
import {
  API,
  API_ID,
  ECHO,
  idOf,
  method,
  PROXY_ID,
  STAGE,
  startGateway,
  success,
  thrown,
} from "./support.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

describe("the proxy event", () => {
  test("holds the whole request, format version 1.0", async () => {
    const { send, backendEvents, port } = await startGateway({
      now: () => NOW_MS,
      resources: {
        ...API,
        Stage: [
          "ApiGateway::Stage",
          { ...STAGE, Variables: { colour: "blue" }, DeploymentId: "d1" },
        ],
      },
    });
    const response = await send({
      method: "POST",
      path: "/acme/a%2Fb/?q=1&q=2&r=%C3%A9+x",
      headers: {
        authorization: "Bearer a.b.c",
        "User-Agent": "curl/8",
        "X-Multi": ["1", "2"],
        "X-Amzn-Trace-Id": "Root=1-69a42f40-0123456789abcdef01234567",
      },
      body: "héllo",
    });
    const headers = {
      authorization: "Bearer a.b.c",
      "User-Agent": "curl/8",
      "X-Multi": "2",
      Host: `127.0.0.1:${port}`,
      "X-Forwarded-For": "127.0.0.1",
      "X-Forwarded-Port": String(port),
      "X-Forwarded-Proto": "http",
      "X-Amzn-Trace-Id": "Root=1-69a42f40-0123456789abcdef01234567",
    };
    expect(backendEvents).toStrictEqual([
      {
        resource: "/{proxy+}",
        path: "/acme/a%2Fb/",
        httpMethod: "POST",
        headers,
        multiValueHeaders: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [
            name,
            name === "X-Multi" ? ["1", "2"] : [value],
          ]),
        ),
        queryStringParameters: { q: "2", r: "é x" },
        multiValueQueryStringParameters: { q: ["1", "2"], r: ["é x"] },
        pathParameters: { proxy: "acme/a/b" },
        stageVariables: { colour: "blue" },
        requestContext: {
          resourceId: PROXY_ID,
          authorizer: {
            tenantId: "acme",
            denyReason: "route_not_granted",
            principalId: "auth0|1",
            integrationLatency: 1,
          },
          resourcePath: "/{proxy+}",
          httpMethod: "POST",
          extendedRequestId: response.headers["x-amzn-requestid"],
          requestTime: "01/Mar/2026:12:00:00 +0000",
          path: "/prod/acme/a%2Fb/",
          accountId: "123456789012",
          protocol: "HTTP/1.1",
          stage: "prod",
          domainPrefix: "127",
          requestTimeEpoch: NOW_MS,
          requestId: response.headers["x-amzn-requestid"],
          identity: {
            cognitoIdentityPoolId: null,
            accountId: null,
            cognitoIdentityId: null,
            caller: null,
            sourceIp: "127.0.0.1",
            principalOrgId: null,
            accessKey: null,
            cognitoAuthenticationType: null,
            cognitoAuthenticationProvider: null,
            userArn: null,
            userAgent: "curl/8",
            user: null,
          },
          domainName: `127.0.0.1:${port}`,
          deploymentId: "d1",
          apiId: API_ID,
        },
        body: "héllo",
        isBase64Encoded: false,
      },
    ]);
  });

  test("has null where there is no query, parameter, variable or body", async () => {
    const { send, backendEvents } = await startGateway({
      resources: { ...API, RootAny: method("ANY", rootId(), ECHO, true) },
    });
    await send({ path: "/" });
    expect(backendEvents).toMatchObject([
      {
        queryStringParameters: null,
        multiValueQueryStringParameters: null,
        pathParameters: null,
        stageVariables: null,
        body: null,
        isBase64Encoded: false,
      },
    ]);
  });

  test("has no authorizer where the method is open", async () => {
    const { send, backendEvents, authorizerEvents } = await startGateway({
      resources: { ...API, ProxyAny: method("ANY", PROXY_ID, ECHO, true) },
    });
    expect((await send({ headers: {} })).status).toBe(200);
    expect(authorizerEvents).toEqual([]);
    expect(backendEvents).not.toMatchObject([
      { requestContext: { authorizer: {} } },
    ]);
  });

  test("leaves out the connection's own headers", async () => {
    const { send, backendEvents } = await startGateway();
    await send({
      headers: {
        authorization: "Bearer a.b.c",
        connection: "close, X-Kept",
        "keep-alive": "1",
        te: "trailers",
        "x-kept": "yes",
      },
    });
    const [event] = backendEvents;
    expect(event).toMatchObject({ headers: { "x-kept": "yes" } });
    for (const name of ["connection", "keep-alive", "te"]) {
      expect(event).not.toHaveProperty(["headers", name]);
    }
  });

  test("takes header and query names of objects as mere names", async () => {
    const { send, backendEvents } = await startGateway();
    await send({
      path: "/acme/x?__proto__=1",
      headers: { authorization: "Bearer a.b.c", constructor: "x" },
    });
    expect(backendEvents).toMatchObject([{ headers: { constructor: "x" } }]);
    const [event] = backendEvents as [{ queryStringParameters: object }];
    expect(Object.keys(event.queryStringParameters)).toEqual(["__proto__"]);
  });

  test("has a body of a binary media type in base64", async () => {
    const { send, backendEvents } = await startGateway({
      resources: {
        ...API,
        Api: ["ApiGateway::RestApi", { BinaryMediaTypes: ["image/*"] }],
      },
    });
    const post = (type: string) =>
      send({
        method: "POST",
        headers: { authorization: "Bearer a.b.c", "content-type": type },
        body: Buffer.from([0xff, 0x00]),
      });
    await post("image/png; q=1");
    await post("text/plain");
    expect(backendEvents).toMatchObject([
      { isBase64Encoded: true, body: "/wA=" },
      { isBase64Encoded: false, body: "\ufffd\0" },
    ]);
  });
});

describe("the function's response", () => {
  const answering = (payload: unknown, resources = API) =>
    startGateway({ resources, backend: () => success(payload) });

  test("reaches the client with status, headers and body", async () => {
    const { send } = await answering({
      statusCode: "201",
      headers: { "X-One": "1", "X-Num": 7, "X-Both": "lost" },
      multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"], "x-both": ["kept"] },
      body: "hé",
    });
    const response = await send();
    expect(response.status).toBe(201);
    expect(response.text).toBe("hé");
    expect(response.headers).toMatchObject({
      "content-type": "application/json",
      "x-one": "1",
      "x-num": "7",
      "x-both": "kept",
      "set-cookie": ["a=1", "b=2"],
    });
    expect(response.headers["x-amzn-trace-id"]).toMatch(/^Root=1-/);
  });

  test("may have its own content type and no body", async () => {
    const { send } = await answering({
      statusCode: 204,
      headers: { "content-type": "text/plain" },
    });
    const response = await send();
    expect(response.status).toBe(204);
    expect(response.text).toBe("");
    expect(response.headers["content-type"]).toBe("text/plain");
  });

  test("is decoded from base64 only for a binary media type", async () => {
    const payload = { statusCode: 200, body: "aGk=", isBase64Encoded: true };
    expect((await (await answering(payload)).send()).text).toBe("aGk=");
    const binary = await answering(payload, {
      ...API,
      Api: ["ApiGateway::RestApi", { BinaryMediaTypes: ["*/*"] }],
    });
    expect((await binary.send()).text).toBe("hi");
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["text", "ok"],
    ["no status", { body: "x" }],
    ["a status that is no number", { statusCode: "ok" }],
    ["a status below 200", { statusCode: 101 }],
    ["a status above 599", { statusCode: 600 }],
    ["a body that is an object", { statusCode: 200, body: {} }],
    ["an unknown member", { statusCode: 200, cookies: [] }],
    ["headers that are a list", { statusCode: 200, headers: [] }],
    ["a header that is an object", { statusCode: 200, headers: { a: {} } }],
    [
      "a header with a line break",
      { statusCode: 200, headers: { a: "x\r\nb: y" } },
    ],
    ["a header name with a space", { statusCode: 200, headers: { "a b": "" } }],
    [
      "a multi-value header without a list",
      { statusCode: 200, multiValueHeaders: { a: "x" } },
    ],
    ["a base64 flag that is text", { statusCode: 200, isBase64Encoded: "yes" }],
  ])("is malformed, 502, with %s", async (_, payload) => {
    const { send, entries } = await answering(payload);
    const response = await send();
    expect(response.status).toBe(502);
    expect(response.json()).toEqual({ message: "Internal server error" });
    expect(entries).toMatchObject([
      { decision: "allow", reason: "integration_failure" },
    ]);
  });

  test("that is an error is 502", async () => {
    const { send, entries } = await startGateway({
      backend: () => thrown("boom", "TypeError"),
    });
    expect((await send()).status).toBe(502);
    expect(entries).toMatchObject([{ detail: "TypeError: boom" }]);
  });

  test("that does not come in time is 504", async () => {
    const { send, entries } = await startGateway({
      integrationTimeoutMs: 50,
      backend: () => new Promise(() => undefined),
    });
    const response = await send();
    expect(response.status).toBe(504);
    expect(response.json()).toEqual({ message: "Endpoint request timed out" });
    expect(entries).toMatchObject([{ reason: "integration_timeout" }]);
  });
});

function rootId(): string {
  return idOf("Api", "ApiGateway::RestApi", "RootResourceId");
}
