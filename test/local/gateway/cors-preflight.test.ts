import { describe, expect, test } from "vitest";
import {
  API,
  method,
  PROXY_ID,
  startGateway,
  type Resources,
} from "./support.ts";

/** As the CDK's addCorsPreflight writes it for two origins and more. */
const RESPONSE_TEMPLATE = [
  '#set($origin = $input.params().header.get("Origin"))',
  '#if($origin == "")',
  '  #set($origin = $input.params().header.get("origin"))',
  "#end",
  '#if($origin == "https://b.test" || $origin == "https://c.test")',
  "  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)",
  "#end",
].join("\n");

const preflight = (responseTemplates?: object): Resources => ({
  ...API,
  Preflight: method(
    "OPTIONS",
    PROXY_ID,
    {
      Type: "MOCK",
      RequestTemplates: { "application/json": "{ statusCode: 200 }" },
      IntegrationResponses: [
        {
          StatusCode: "204",
          ResponseParameters: {
            "method.response.header.Access-Control-Allow-Origin":
              "'https://a.test'",
            "method.response.header.Access-Control-Allow-Methods": "'GET,POST'",
          },
          ...(responseTemplates && { ResponseTemplates: responseTemplates }),
        },
      ],
    },
    true,
  ),
});

describe("a preflight", () => {
  test("is answered by the gateway, without token or invocation", async () => {
    const { send, authorizerEvents, backendEvents } = await startGateway({
      resources: preflight(),
    });
    const response = await send({
      method: "OPTIONS",
      headers: { origin: "https://elsewhere.test" },
    });
    expect(response.status).toBe(204);
    expect(response.text).toBe("");
    expect(response.headers).toMatchObject({
      "access-control-allow-origin": "https://a.test",
      "access-control-allow-methods": "GET,POST",
    });
    expect([...authorizerEvents, ...backendEvents]).toEqual([]);
  });

  test.each([
    ["https://a.test", "https://a.test"],
    ["https://b.test", "https://b.test"],
    ["https://c.test", "https://c.test"],
    ["https://b.test.evil", "https://a.test"],
    ["https://B.test", "https://a.test"],
  ])("from %s allows %s", async (origin, allowed) => {
    const { send } = await startGateway({
      resources: preflight({ "application/json": RESPONSE_TEMPLATE }),
    });
    const response = await send({ method: "OPTIONS", headers: { origin } });
    expect(response.headers["access-control-allow-origin"]).toBe(allowed);
  });
});

test("OPTIONS on a resource without a method of its own asks for a token", async () => {
  const { send } = await startGateway();
  expect((await send({ method: "OPTIONS", headers: {} })).status).toBe(401);
});
