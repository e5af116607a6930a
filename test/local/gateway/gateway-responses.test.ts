import { describe, expect, test } from "vitest";
import {
  API,
  ECHO,
  gatewayResponse,
  method,
  OUTPUT,
  PROXY_ID,
  startGateway,
  success,
  thrown,
  type Resources,
} from "./support.ts";

const withResponses = (
  responses: Readonly<Record<string, object>>,
): Resources => ({
  ...API,
  ...Object.fromEntries(
    Object.entries(responses).map(([type, properties]) => [
      type,
      gatewayResponse(type, { ...properties }),
    ]),
  ),
});

const body = (template: string) => ({
  ResponseTemplates: { "application/json": template },
});

describe("a gateway response", () => {
  test("replaces status, headers and body", async () => {
    const { send } = await startGateway({
      authorizer: () => thrown("table unreachable"),
      resources: withResponses({
        AUTHORIZER_FAILURE: {
          StatusCode: "503",
          ResponseParameters: {
            "gatewayresponse.header.Retry-After": "'5'",
            "gatewayresponse.header.Content-Type": "'application/problem+json'",
          },
          ...body(
            '{"error":"unavailable","type":"$context.error.responseType"}',
          ),
        },
      }),
    });
    const response = await send();
    expect(response.status).toBe(503);
    expect(response.headers).toMatchObject({
      "retry-after": "5",
      "content-type": "application/problem+json",
    });
    expect(response.json()).toEqual({
      error: "unavailable",
      type: "AUTHORIZER_FAILURE",
    });
  });

  test("sends `WWW-Authenticate` as it is written", async () => {
    const { send } = await startGateway({
      resources: withResponses({
        UNAUTHORIZED: {
          ResponseParameters: {
            "gatewayresponse.header.WWW-Authenticate": `'Bearer realm="api"'`,
          },
        },
      }),
    });
    const response = await send({ headers: {} });
    expect(response.status).toBe(401);
    expect(response.headers["www-authenticate"]).toBe('Bearer realm="api"');
  });

  test("maps headers from the request, and sends none without a value", async () => {
    const { send } = await startGateway({
      resources: withResponses({
        UNAUTHORIZED: {
          ResponseParameters: {
            "gatewayresponse.header.Access-Control-Allow-Origin":
              "method.request.header.Origin",
            "gatewayresponse.header.X-Request": "context.requestId",
          },
        },
      }),
    });
    const asked = await send({ headers: { ORIGIN: "https://a.test" } });
    expect(asked.headers).toMatchObject({
      "access-control-allow-origin": "https://a.test",
      "x-request": asked.headers["x-amzn-requestid"],
    });
    const silent = await send({ headers: {} });
    expect(silent.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("shows the authorizer's context when a policy refused", async () => {
    const { send } = await startGateway({
      resources: withResponses({
        ACCESS_DENIED: body(
          '{"error":"$context.authorizer.denyReason","who":"$context.authorizer.principalId","message":$context.error.messageString}',
        ),
      }),
    });
    expect((await send({ path: "/globex/x" })).json()).toEqual({
      error: "route_not_granted",
      who: "auth0|1",
      message: "User is not authorized to access this resource",
    });
  });

  test("has no authorizer context when the function threw", async () => {
    const { send } = await startGateway({
      authorizer: () => thrown("Unauthorized"),
      resources: withResponses({
        UNAUTHORIZED: body('{"reason":"$context.authorizer.denyReason"}'),
      }),
    });
    expect((await send()).json()).toEqual({ reason: "" });
  });

  test("renders a null message as JSON null", async () => {
    const { send } = await startGateway({
      authorizer: () => thrown("x"),
      resources: withResponses({
        AUTHORIZER_FAILURE: body(
          '{"a":$context.error.messageString,"b":"$context.error.message"}',
        ),
      }),
    });
    expect((await send()).json()).toEqual({ a: null, b: "" });
  });

  test("puts context values in unescaped, as AWS is taken to do", async () => {
    const { send } = await startGateway({
      authorizer: () => success({ ...OUTPUT, context: { denyReason: '"' } }),
      resources: withResponses({
        ACCESS_DENIED: body('{"error":"$context.authorizer.denyReason"}'),
      }),
    });
    expect((await send({ path: "/globex/x" })).text).toBe('{"error":"""}');
  });

  test("drops a header whose value cannot be sent", async () => {
    const { send } = await startGateway({
      authorizer: () =>
        success({ ...OUTPUT, context: { note: "a\r\nSet-Cookie: x=1" } }),
      resources: withResponses({
        ACCESS_DENIED: {
          ResponseParameters: {
            "gatewayresponse.header.X-Note": "context.authorizer.note",
          },
        },
      }),
    });
    const response = await send({ path: "/globex/x" });
    expect(response.status).toBe(403);
    expect(response.headers).not.toHaveProperty("x-note");
    expect(response.headers).not.toHaveProperty("set-cookie");
  });
});

describe("DEFAULT_4XX and DEFAULT_5XX", () => {
  const resources = withResponses({
    DEFAULT_4XX: {
      ResponseParameters: { "gatewayresponse.header.X-Default": "'4xx'" },
      ...body('{"default":"$context.error.responseType"}'),
    },
    DEFAULT_5XX: {
      ResponseParameters: { "gatewayresponse.header.X-Default": "'5xx'" },
    },
    ACCESS_DENIED: {
      ResponseParameters: { "gatewayresponse.header.X-Own": "'1'" },
    },
  });

  test("answer for types that are not customised, with the type's status", async () => {
    const { send } = await startGateway({
      resources,
      authorizer: () => thrown("x"),
    });
    const unauthorized = await send({ headers: {} });
    expect(unauthorized.status).toBe(401);
    expect(unauthorized.headers["x-default"]).toBe("4xx");
    expect(unauthorized.json()).toEqual({ default: "UNAUTHORIZED" });
    const failure = await send();
    expect(failure.status).toBe(500);
    expect(failure.headers["x-default"]).toBe("5xx");
    expect(failure.json()).toEqual({ message: null });
  });

  test("give nothing to a type that is customised", async () => {
    const { send } = await startGateway({ resources });
    const response = await send({ path: "/globex/x" });
    expect(response.headers["x-own"]).toBe("1");
    expect(response.headers).not.toHaveProperty("x-default");
    expect(response.json()).toEqual({
      message: "User is not authorized to access this resource",
    });
  });
});

describe("without customisation", () => {
  test("a verb that no resource has is 403 Missing Authentication Token", async () => {
    const resources = { ...API, ProxyAny: method("GET", PROXY_ID, ECHO) };
    const { send, entries } = await startGateway({ resources });
    const response = await send({ method: "POST", path: "/acme/x" });
    expect(response.status).toBe(403);
    expect(response.json()).toEqual({
      message: "Missing Authentication Token",
    });
    expect(response.headers["x-amzn-errortype"]).toBe(
      "MissingAuthenticationTokenException",
    );
    expect(entries).toMatchObject([
      { decision: "none", reason: "missing_authentication_token" },
    ]);
  });

  test("every answer carries a request id of its own", async () => {
    const { send } = await startGateway();
    const ids = [
      (await send()).headers,
      (await send({ headers: {} })).headers,
    ].map((headers) => headers["x-amzn-requestid"]);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });
});
