import { describe, expect, test } from "vitest";
import {
  API,
  AUTHORIZER,
  OUTPUT,
  PROXY_ID,
  method,
  ECHO,
  policy,
  STAGE_ARN,
  startGateway,
  statement,
  success,
  thrown,
  type Resources,
} from "./support.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

const withAuthorizer = (properties: object): Resources => ({
  ...API,
  Authorizer: ["ApiGateway::Authorizer", { ...AUTHORIZER, ...properties }],
});

describe("the authorizer event", () => {
  test("holds type, method ARN and token, and nothing else", async () => {
    const { send, authorizerEvents } = await startGateway();
    await send({ path: "/acme/orders?x=1" });
    expect(authorizerEvents).toStrictEqual([
      {
        type: "TOKEN",
        methodArn: `${STAGE_ARN}/GET/acme/orders`,
        authorizationToken: "Bearer a.b.c",
      },
    ]);
  });

  test.each([
    ["/", "/"],
    ["", "/"],
    ["/acme/", "/acme/"],
    ["//acme//orders", "//acme//orders"],
    ["/acme/../globex", "/acme/../globex"],
    ["/acme/%2e%2E%2fglobex", "/acme/%2e%2E%2fglobex"],
    ["/acme/%", "/acme/%"],
    ["/acme:x/y", "/acme:x/y"],
  ])("has the path %j as received, %j", async (path, inArn) => {
    const { send, authorizerEvents } = await startGateway();
    await send({ path });
    expect(authorizerEvents).toMatchObject([
      { methodArn: `${STAGE_ARN}/GET${inArn}` },
    ]);
  });

  test("has the request's verb also where the method is ANY", async () => {
    const { send, authorizerEvents } = await startGateway();
    await send({ method: "PATCH" });
    expect(authorizerEvents).toMatchObject([
      { methodArn: `${STAGE_ARN}/PATCH/acme/orders` },
    ]);
  });

  test("has the last of several token headers", async () => {
    const { send, authorizerEvents } = await startGateway({
      resources: withAuthorizer({
        IdentitySource: "method.request.header.X-Token",
      }),
    });
    await send({ headers: { "x-token": ["one", "two"] } });
    expect(authorizerEvents).toMatchObject([{ authorizationToken: "two" }]);
  });
});

describe("without a usable identity the function is not invoked", () => {
  const resources = withAuthorizer({
    IdentityValidationExpression: "^Bearer [a-z.]+$",
  });
  test.each<[string, Record<string, string>, string]>([
    ["no header", {}, "identity_missing"],
    ["an empty header", { authorization: "" }, "identity_missing"],
    ["no match", { authorization: "Basic abc" }, "identity_malformed"],
    ["half a match", { authorization: "Bearer abc 1" }, "identity_malformed"],
  ])("%s: 401", async (_, headers, reason) => {
    const { send, authorizerEvents, entries } = await startGateway({
      resources,
    });
    const response = await send({ headers });
    expect(response.status).toBe(401);
    expect(response.json()).toEqual({ message: "Unauthorized" });
    expect(authorizerEvents).toEqual([]);
    expect(entries).toMatchObject([
      { decision: "unauthenticated", reason, cache: "none", status: 401 },
    ]);
  });

  test("a match lets the request through", async () => {
    const { send } = await startGateway({ resources });
    expect((await send()).status).toBe(200);
  });
});

describe("what the function may answer", () => {
  test("exactly `Unauthorized` thrown is 401", async () => {
    const { send, entries } = await startGateway({
      authorizer: () => thrown("Unauthorized"),
    });
    const response = await send();
    expect(response.status).toBe(401);
    expect(response.json()).toEqual({ message: "Unauthorized" });
    expect(entries).toMatchObject([
      { decision: "unauthenticated", reason: "token_refused" },
    ]);
  });

  test.each([
    "unauthorized",
    "Unauthorized.",
    "Error: Unauthorized",
    "table unreachable",
    "",
  ])(
    "%j thrown is AUTHORIZER_FAILURE, 500 without a message",
    async (message) => {
      const { send, entries } = await startGateway({
        authorizer: () => thrown(message, "OutageError"),
      });
      const response = await send();
      expect(response.status).toBe(500);
      expect(response.json()).toEqual({ message: null });
      expect(entries).toMatchObject([
        {
          decision: "error",
          reason: "authorizer_failure",
          detail: `OutageError: ${message}`,
        },
      ]);
    },
  );

  test("an invocation that cannot be made is AUTHORIZER_FAILURE", async () => {
    const { send, entries } = await startGateway({
      authorizer: () => Promise.reject(new Error("no such bundle")),
    });
    expect((await send()).status).toBe(500);
    expect(entries).toMatchObject([{ reason: "authorizer_failure" }]);
  });

  test("a function that takes too long is AUTHORIZER_FAILURE", async () => {
    const { send, entries } = await startGateway({
      integrationTimeoutMs: 50,
      authorizer: () => new Promise(() => undefined),
    });
    expect((await send()).status).toBe(500);
    expect(entries).toMatchObject([
      { reason: "authorizer_failure", detail: "the authorizer took too long" },
    ]);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["text", "Allow"],
    ["no principalId", { ...OUTPUT, principalId: undefined }],
    ["no policyDocument", { ...OUTPUT, policyDocument: undefined }],
    ["a nested context", { ...OUTPUT, context: { tenant: { id: "acme" } } }],
    [
      "`Condition: null`",
      {
        ...OUTPUT,
        policyDocument: policy({
          ...statement("Allow", "GET/acme/*"),
          Condition: null,
        }),
      },
    ],
  ])("%s is AUTHORIZER_CONFIGURATION_ERROR, 500", async (_, output) => {
    const { send, entries } = await startGateway({
      authorizer: () => success(output),
    });
    const response = await send();
    expect(response.status).toBe(500);
    expect(response.json()).toEqual({ message: null });
    expect(entries).toMatchObject([
      { decision: "error", reason: "authorizer_configuration_error" },
    ]);
  });
});

describe("the policy", () => {
  test("without a statement for the request is an implicit deny, 403", async () => {
    const { send, backendEvents, entries } = await startGateway();
    const response = await send({ path: "/globex/orders" });
    expect(response.status).toBe(403);
    expect(response.json()).toEqual({
      Message: "User is not authorized to access this resource",
    });
    expect(backendEvents).toEqual([]);
    expect(entries).toMatchObject([
      { decision: "deny", reason: "route_not_granted", tenantId: "acme" },
    ]);
  });

  test("with a Deny for the request is an explicit deny, 403", async () => {
    const { send, entries } = await startGateway({
      authorizer: () =>
        success({
          principalId: "p",
          policyDocument: policy(statement("Deny", "*")),
        }),
    });
    const response = await send();
    expect(response.status).toBe(403);
    expect(response.json()).toEqual({
      Message:
        "User is not authorized to access this resource with an explicit deny",
    });
    expect(entries).toMatchObject([{ reason: "explicit_deny" }]);
  });

  test("is judged by the client's address", async () => {
    const { send } = await startGateway({
      authorizer: () =>
        success({
          principalId: "p",
          policyDocument: policy({
            ...statement("Allow", "GET/acme/*"),
            Condition: { IpAddress: { "aws:SourceIp": "127.0.0.1" } },
          }),
        }),
    });
    expect((await send()).status).toBe(200);
  });
});

describe("the result cache", () => {
  test("lets one invocation serve all routes of a token, each judged anew", async () => {
    const { send, authorizerEvents, entries } = await startGateway();
    expect((await send({ path: "/acme/orders" })).status).toBe(200);
    expect((await send({ path: "/acme/users" })).status).toBe(200);
    expect((await send({ path: "/globex/orders" })).status).toBe(403);
    expect((await send({ method: "DELETE" })).status).toBe(403);
    expect(authorizerEvents).toHaveLength(1);
    expect(entries.map(({ cache }) => cache)).toEqual([
      "miss",
      "hit",
      "hit",
      "hit",
    ]);
  });

  test("is keyed by the whole header, letter case included", async () => {
    const { send, authorizerEvents } = await startGateway();
    await send({ headers: { authorization: "Bearer a.b.c" } });
    await send({ headers: { authorization: "bearer a.b.c" } });
    expect(authorizerEvents).toHaveLength(2);
  });

  test("ends with the template's TTL", async () => {
    let nowMs = NOW_MS;
    const { send, authorizerEvents } = await startGateway({
      resources: withAuthorizer({ AuthorizerResultTtlInSeconds: 60 }),
      now: () => nowMs,
    });
    await send();
    nowMs += 59_999;
    await send();
    expect(authorizerEvents).toHaveLength(1);
    nowMs += 1;
    await send();
    expect(authorizerEvents).toHaveLength(2);
  });

  test("lasts 300 seconds when the template does not say", async () => {
    let nowMs = NOW_MS;
    const { send, authorizerEvents } = await startGateway({
      resources: withAuthorizer({ AuthorizerResultTtlInSeconds: undefined }),
      now: () => nowMs,
    });
    await send();
    nowMs += 299_999;
    await send();
    expect(authorizerEvents).toHaveLength(1);
    nowMs += 1;
    await send();
    expect(authorizerEvents).toHaveLength(2);
  });

  test("is off with a TTL of 0", async () => {
    const { send, authorizerEvents, entries, gateway } = await startGateway({
      resources: withAuthorizer({ AuthorizerResultTtlInSeconds: 0 }),
    });
    await send();
    await send();
    expect(authorizerEvents).toHaveLength(2);
    expect(entries).toMatchObject([{ cache: "off" }, { cache: "off" }]);
    expect(gateway.cachedResults()).toEqual([]);
  });

  test("keeps a Deny", async () => {
    const answers = [
      success({ ...OUTPUT, policyDocument: policy(statement("Deny", "*")) }),
      success(OUTPUT),
    ];
    const { send } = await startGateway({
      authorizer: () => answers.shift() ?? thrown("asked too often"),
    });
    expect((await send()).status).toBe(403);
    expect((await send()).status).toBe(403);
  });

  test.each([
    ["a thrown `Unauthorized`", thrown("Unauthorized"), 401],
    ["any other throw", thrown("table unreachable"), 500],
    ["a malformed output", success({ ...OUTPUT, principalId: 1 }), 500],
  ])("never keeps %s", async (_, first, status) => {
    const answers = [first];
    const { send, entries } = await startGateway({
      authorizer: () => answers.shift() ?? success(OUTPUT),
    });
    expect((await send()).status).toBe(status);
    expect((await send()).status).toBe(200);
    expect(entries[0]?.cache).toBe("miss");
  });

  test("judges the conditions of a kept policy at every request", async () => {
    let nowMs = NOW_MS;
    const { send, authorizerEvents, entries } = await startGateway({
      now: () => nowMs,
      authorizer: () =>
        success({
          principalId: "p",
          policyDocument: policy({
            ...statement("Allow", "GET/acme/*"),
            Condition: {
              DateLessThan: { "aws:CurrentTime": "2026-03-01T12:01:00Z" },
            },
          }),
        }),
    });
    expect((await send()).status).toBe(200);
    nowMs = Date.parse("2026-03-01T12:01:00Z");
    expect((await send()).status).toBe(403);
    expect(authorizerEvents).toHaveLength(1);
    expect(entries[1]).toMatchObject({ cache: "hit", reason: "implicit_deny" });
  });

  test("serves the other methods that have the same authorizer", async () => {
    const { send, authorizerEvents } = await startGateway({
      resources: { ...API, ProxyPost: method("POST", PROXY_ID, ECHO) },
    });
    await send({ method: "GET" });
    expect((await send({ method: "POST" })).status).toBe(200);
    expect(authorizerEvents).toHaveLength(1);
  });

  test("does not join requests that miss together", async () => {
    const { send, authorizerEvents } = await startGateway({
      authorizer: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return success(OUTPUT);
      },
    });
    await Promise.all([send(), send()]);
    expect(authorizerEvents).toHaveLength(2);
  });

  test("forgets a stage's results when flushed", async () => {
    const { send, authorizerEvents, gateway } = await startGateway();
    const [stage] = gateway.stages;
    await send();
    expect(gateway.flushAuthorizersCache(stage?.apiId ?? "", "other")).toBe(
      false,
    );
    expect(gateway.flushAuthorizersCache("other", "prod")).toBe(false);
    await send();
    expect(authorizerEvents).toHaveLength(1);
    expect(gateway.flushAuthorizersCache(stage?.apiId ?? "", "prod")).toBe(
      true,
    );
    expect(gateway.cachedResults()).toEqual([]);
    await send();
    expect(authorizerEvents).toHaveLength(2);
  });

  test("keeps a result that was under way when the stage was flushed", async () => {
    const answer = Promise.withResolvers<ReturnType<typeof success>>();
    const { send, gateway, authorizerEvents } = await startGateway({
      authorizer: () => answer.promise,
    });
    const first = send();
    await expect.poll(() => authorizerEvents.length).toBe(1);
    const [stage] = gateway.stages;
    gateway.flushAuthorizersCache(stage?.apiId ?? "", "prod");
    answer.resolve(success(OUTPUT));
    await first;
    expect(gateway.cachedResults()).toHaveLength(1);
  });
});

test("a method ARN over 1,600 bytes is 414, and the function is not invoked", async () => {
  const { send, authorizerEvents } = await startGateway();
  const room = 1600 - `${STAGE_ARN}/GET/`.length;
  expect((await send({ path: `/${"a".repeat(room)}` })).status).toBe(403);
  expect(authorizerEvents).toHaveLength(1);
  const response = await send({
    path: `/${"a".repeat(room + 1)}`,
    headers: { authorization: "Bearer d.e.f" },
  });
  expect(response.status).toBe(414);
  expect(authorizerEvents).toHaveLength(1);
});
