import { describe, expect, test } from "vitest";
import type { AccessLogEntry } from "../../../local/gateway/access-log.ts";
import {
  formatAccessLogEntry,
  shouldUseColour,
} from "../../../local/gateway/access-log-terminal.ts";
import {
  API,
  API_ID,
  STAGE,
  startGateway,
  success,
  thrown,
  type Resources,
} from "./support.ts";

const withFormat = (Format: string): Resources => ({
  ...API,
  Stage: ["ApiGateway::Stage", { ...STAGE, AccessLogSetting: { Format } }],
});

describe("an entry", () => {
  test("tells what happened to one request", async () => {
    const { send, entries } = await startGateway({
      authorizer: () => ({
        ...success({
          principalId: "p",
          policyDocument: {
            Version: "2012-10-17",
            Statement: {
              Effect: "Deny",
              Action: "execute-api:Invoke",
              Resource: "*",
            },
          },
          context: { tenantId: "acme", denyReason: "tenant_suspended" },
        }),
        coldStart: true,
        durationMs: 123,
      }),
    });
    const response = await send({ path: "/acme/a%20b?secret=1" });
    expect(entries).toStrictEqual([
      {
        requestId: response.headers["x-amzn-requestid"],
        apiId: API_ID,
        stage: "prod",
        method: "GET",
        path: "/acme/a%20b",
        status: 403,
        durationMs: expect.any(Number) as number,
        cache: "miss",
        decision: "deny",
        reason: "tenant_suspended",
        detail: undefined,
        tenantId: "acme",
        authorizer: { durationMs: 123, coldStart: true },
        policy: {
          document: {
            Version: "2012-10-17",
            Statement: {
              Effect: "Deny",
              Action: "execute-api:Invoke",
              Resource: "*",
            },
          },
          verdict: "explicit_deny",
          statement: 0,
          unmetStatement: undefined,
        },
        integrationMs: undefined,
        rendered: undefined,
      },
    ]);
  });

  test("never holds the token", async () => {
    const { send, entries } = await startGateway({
      resources: withFormat('{"id":"$context.requestId"}'),
    });
    await send();
    expect(entries).toHaveLength(1);
    expect(JSON.stringify(entries)).not.toContain("a.b.c");
  });
});

describe("the stage's format", () => {
  test("is rendered, `-` standing for what is unset", async () => {
    const { send, entries } = await startGateway({
      resources: withFormat(
        JSON.stringify({
          verb: "$context.httpMethod",
          path: "$context.path",
          status: "$context.status",
          tenantId: "$context.authorizer.tenantId",
          plan: "$context.authorizer.plan",
          error: "$context.error.responseType",
          integration: "$context.integration.status",
          authorizerStatus: "$context.authorizer.status",
        }),
      ),
    });
    await send();
    expect(entries[0]?.rendered).toEqual({
      verb: "GET",
      path: "/prod/acme/orders",
      status: "200",
      tenantId: "acme",
      plan: "-",
      error: "-",
      integration: "200",
      authorizerStatus: "200",
    });
  });

  test("shows the error's type and the authorizer's own status", async () => {
    const { send, entries } = await startGateway({
      authorizer: () => thrown("Unauthorized"),
      resources: withFormat(
        '{"error":"$context.error.responseType","authorizer":$context.authorizer.status,"tenant":"$context.authorizer.tenantId"}',
      ),
    });
    await send();
    expect(entries[0]?.rendered).toEqual({
      error: "UNAUTHORIZED",
      authorizer: 401,
      tenant: "-",
    });
  });

  test("cannot be made to forge a field by a quotation mark", async () => {
    const { send, entries } = await startGateway({
      resources: withFormat('{"agent":"$context.identity.userAgent"}'),
    });
    const agent = 'x","tenantId":"globex';
    await send({ headers: { "user-agent": agent } });
    expect(entries[0]?.rendered).toEqual({ agent });
  });

  test("need not be JSON", async () => {
    const { send, entries } = await startGateway({
      resources: withFormat("$context.httpMethod $context.status"),
    });
    await send();
    expect(entries[0]?.rendered).toBe("GET 200");
  });
});

describe("a terminal line", () => {
  const ENTRY: AccessLogEntry = {
    requestId: "r",
    apiId: "api",
    stage: "prod",
    method: "GET",
    path: "/acme/orders",
    status: 403,
    durationMs: 12.4,
    cache: "miss",
    decision: "deny",
    reason: "tenant_suspended",
    detail: undefined,
    tenantId: "acme",
    authorizer: { durationMs: 8.25, coldStart: true },
    policy: undefined,
    integrationMs: undefined,
    rendered: undefined,
  };

  test("shows status, route, decision, cache, reason, tenant and times", () => {
    expect(formatAccessLogEntry(ENTRY, { colour: false })).toBe(
      "403  GET /acme/orders  deny (cache miss)  tenant_suspended  acme  authorizer cold 8.3 ms  12 ms",
    );
  });

  test("leaves out what there is nothing to say about", () => {
    const line = formatAccessLogEntry(
      {
        ...ENTRY,
        status: 204,
        decision: "none",
        cache: "none",
        reason: undefined,
        tenantId: undefined,
        authorizer: undefined,
      },
      { colour: false },
    );
    expect(line).toBe("204  GET /acme/orders  12 ms");
  });

  test("has colours only when asked", () => {
    const escape = "\u001b[";
    expect(formatAccessLogEntry(ENTRY, { colour: true })).toContain(escape);
    expect(formatAccessLogEntry(ENTRY, { colour: false })).not.toContain(
      escape,
    );
  });

  test("does not let a request write to the terminal", () => {
    const line = formatAccessLogEntry(
      { ...ENTRY, path: "/\u001b[2J\r\n", reason: "\u009b" },
      { colour: false },
    );
    expect(line).toContain("/\\x1b[2J\\x0d\\x0a");
    expect(line).toContain("\\x9b");
  });

  test.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: "" }, true],
    [{ isTTY: true }, { NO_COLOR: "1" }, false],
    [{ isTTY: false }, {}, false],
    [{}, {}, false],
  ])("on %j with %j uses colour: %s", (stream, env, expected) => {
    expect(shouldUseColour(stream, env)).toBe(expected);
  });
});
