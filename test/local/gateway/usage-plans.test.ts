import { describe, expect, test } from "vitest";
import {
  API,
  API_ID,
  ECHO,
  gatewayResponse,
  idOf,
  method,
  OUTPUT,
  PROXY_ID,
  startGateway,
  success,
  type Resources,
} from "./support.ts";

const KEY = "tenantkeyaaaaaaaaaaaa";
const OTHER_KEY = "tenantkeybbbbbbbbbbbb";
const NOON = Date.UTC(2026, 6, 15, 12);
const DAY_MS = 86_400_000;

const planWith = (properties: object): Resources => {
  const [type, own] = method("ANY", PROXY_ID, ECHO);
  const key = (value: string): Resources[string] => [
    "ApiGateway::ApiKey",
    { Value: value, Enabled: true },
  ];
  const link = (logicalId: string): Resources[string] => [
    "ApiGateway::UsagePlanKey",
    {
      KeyId: idOf(logicalId, "ApiGateway::ApiKey"),
      KeyType: "API_KEY",
      UsagePlanId: idOf("Plan", "ApiGateway::UsagePlan"),
    },
  ];
  return {
    ...API,
    Api: ["ApiGateway::RestApi", { ApiKeySourceType: "AUTHORIZER" }],
    ProxyAny: [type, { ...own, ApiKeyRequired: true }],
    Plan: [
      "ApiGateway::UsagePlan",
      { ApiStages: [{ ApiId: API_ID, Stage: "prod" }], ...properties },
    ],
    Key: key(KEY),
    Loose: key("tenantkeycccccccccccc"),
    OtherKey: key(OTHER_KEY),
    Link: link("Key"),
    OtherLink: link("OtherKey"),
    Throttled: gatewayResponse("THROTTLED", {
      StatusCode: "429",
      ResponseParameters: { "gatewayresponse.header.Retry-After": "'1'" },
      ResponseTemplates: { "application/json": '{"error":"throttled"}' },
    }),
  };
};

/** A gateway whose authorizer names this key, at a time that stands still until it is moved. */
async function setUp(
  properties: object,
  named: string | null = KEY,
  resources: Resources = {},
) {
  let nowMs = NOON;
  let usageIdentifierKey = named;
  const running = await startGateway({
    resources: { ...planWith(properties), ...resources },
    authorizer: () =>
      success({
        ...OUTPUT,
        ...(usageIdentifierKey !== null && { usageIdentifierKey }),
      }),
    now: () => nowMs,
  });
  const statusOf = async (token = "a.b.c", headers = {}) =>
    (
      await running.send({
        headers: { authorization: `Bearer ${token}`, ...headers },
      })
    ).status;
  return {
    ...running,
    statusOf,
    name: (key: string) => (usageIdentifierKey = key),
    wait: (ms: number) => (nowMs += ms),
  };
}

const THROTTLE = { Throttle: { RateLimit: 1, BurstLimit: 2 } };

describe("a key's rate", () => {
  test("lets a burst through, then answers 429 with the template's response", async () => {
    const { send, statusOf, backendEvents } = await setUp(THROTTLE);
    expect([await statusOf(), await statusOf()]).toEqual([200, 200]);
    const { status, headers, json } = await send();
    expect({ status, after: headers["retry-after"], body: json() }).toEqual({
      status: 429,
      after: "1",
      body: { error: "throttled" },
    });
    expect(backendEvents).toHaveLength(2);
  });

  test("fills again with time", async () => {
    const { statusOf, wait } = await setUp(THROTTLE);
    for (const status of [200, 200, 429]) expect(await statusOf()).toBe(status);
    wait(999);
    expect(await statusOf()).toBe(429);
    wait(1);
    expect([await statusOf(), await statusOf()]).toEqual([200, 429]);
  });

  test("is the key's own, whatever the others of the plan do", async () => {
    const { statusOf, name } = await setUp(THROTTLE);
    for (const status of [200, 200, 429]) expect(await statusOf()).toBe(status);
    name(OTHER_KEY);
    expect(await statusOf("d.e.f")).toBe(200);
  });
});

describe("a key's quota", () => {
  test.each([
    { Period: "DAY", laterMs: DAY_MS / 2 },
    // The fifteenth of July 2026 is a Wednesday.
    { Period: "WEEK", laterMs: 3.5 * DAY_MS },
    { Period: "MONTH", laterMs: 16.5 * DAY_MS },
  ])("of a $Period begins anew with it", async ({ Period, laterMs }) => {
    const { statusOf, send, wait } = await setUp({
      Quota: { Limit: 2, Period },
    });
    expect([await statusOf(), await statusOf()]).toEqual([200, 200]);
    const { status, json } = await send();
    expect([status, json()]).toEqual([429, { message: "Limit Exceeded" }]);
    wait(laterMs - 1);
    expect(await statusOf()).toBe(429);
    wait(1);
    // The authorizer's answer has expired meanwhile, and is asked for again.
    expect(await statusOf()).toBe(200);
  });

  test("is not used up by requests that were throttled", async () => {
    const { statusOf, wait } = await setUp({
      ...THROTTLE,
      Quota: { Limit: 3, Period: "DAY" },
    });
    for (const status of [200, 200, 429, 429]) {
      expect(await statusOf()).toBe(status);
    }
    wait(1000);
    expect(await statusOf()).toBe(200);
  });
});

describe("a request is refused with 403", () => {
  const forbidden = [403, { message: "Forbidden" }];

  test.each([
    { name: "without a key", key: null },
    { name: "with a key that does not exist", key: "tenantkeyzzzzzzzzzzzz" },
    { name: "with a key that is in no plan", key: "tenantkeycccccccccccc" },
  ])("$name", async ({ key }) => {
    const { send, entries } = await setUp(THROTTLE, key);
    const { status, json } = await send();
    expect([status, json()]).toEqual(forbidden);
    expect(entries.at(-1)).toMatchObject({ reason: "invalid_api_key" });
  });

  test("with the client's own key, where the authorizer names the keys", async () => {
    const { statusOf } = await setUp(THROTTLE, null);
    expect(await statusOf("a.b.c", { "x-api-key": KEY })).toBe(403);
  });
});

test("what the policy refuses is not counted", async () => {
  const { send, statusOf } = await setUp(THROTTLE);
  for (let sent = 0; sent < 5; sent += 1) {
    expect((await send({ path: "/globex/x" })).status).toBe(403);
  }
  expect([await statusOf(), await statusOf()]).toEqual([200, 200]);
});

test("a header is the source where the template says nothing else", async () => {
  const { statusOf } = await setUp(THROTTLE, OTHER_KEY, {
    Api: ["ApiGateway::RestApi", {}],
  });
  const own = { "x-api-key": KEY };
  expect(await statusOf()).toBe(403);
  for (const status of [200, 200, 429]) {
    expect(await statusOf("a.b.c", own)).toBe(status);
  }
});

test("a method that requires no key is not counted", async () => {
  const { statusOf } = await setUp(THROTTLE, null, {
    ProxyAny: method("ANY", PROXY_ID, ECHO),
  });
  for (let sent = 0; sent < 5; sent += 1) expect(await statusOf()).toBe(200);
});

describe("a plan is not taken", () => {
  test.each([
    [{ Quota: { Limit: 1, Period: "YEAR" } }, /there is no Period YEAR/],
    [{ Quota: { Limit: 1, Period: "DAY", Offset: 1 } }, /Offset is not emul/],
    [{ Throttle: { RateLimit: 1 } }, /BurstLimit is no limit/],
  ])("%o", async (properties, problem) => {
    await expect(
      startGateway({ resources: planWith(properties) }),
    ).rejects.toThrow(problem);
  });
});
