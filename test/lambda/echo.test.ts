import { describe, expect, test } from "vitest";
import { echo, type EchoEvent } from "../../lambda/echo/handler.ts";

const TENANT = {
  tenantId: "acme",
  clientId: "acme-client",
  subject: "auth0|1",
  principalId: "auth0|1",
};

function createEvent(headers: EchoEvent["headers"] = {}): EchoEvent {
  return {
    httpMethod: "GET",
    path: "/acme/orders",
    headers,
    requestContext: {
      authorizer: {
        ...TENANT,
        denyReason: "route_not_granted",
        integrationLatency: 12,
      },
    } as unknown as EchoEvent["requestContext"],
  };
}

test("answers with the request and the tenant that the authorizer found", () => {
  const { statusCode, headers, body } = echo(createEvent(), []);
  expect(statusCode).toBe(200);
  expect(headers).toEqual({
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
  });
  expect(JSON.parse(body)).toEqual({
    message: "the authorizer let this request in",
    method: "GET",
    path: "/acme/orders",
    tenant: TENANT,
  });
});

test("never answers with a header of the request", () => {
  const event = createEvent({ Authorization: "Bearer a.b.c", "X-Other": "x1" });
  expect(JSON.stringify(echo(event, ["*"]))).not.toMatch(/Bearer|a\.b\.c|x1/);
});

describe("pages", () => {
  const origins = ["https://app.acme.com", "https://admin.acme.com"];
  const origin = "https://admin.acme.com";

  test.each(["origin", "Origin"])(
    "of a configured origin may read the answer, the header being called %s",
    (name) => {
      expect(
        echo(createEvent({ [name]: origin }), origins).headers,
      ).toMatchObject({
        "Access-Control-Allow-Origin": origin,
        Vary: "Origin",
      });
    },
  );

  test("of another origin may not read it, and no cache takes it for theirs", () => {
    const event = createEvent({ origin: "https://app.acme.com.evil.example" });
    const { headers } = echo(event, origins);
    expect(headers).not.toHaveProperty("Access-Control-Allow-Origin");
    expect(headers).toMatchObject({ Vary: "Origin" });
  });

  test("of any origin may read it when * is configured", () => {
    expect(echo(createEvent({ origin }), ["*"]).headers).toMatchObject({
      "Access-Control-Allow-Origin": "*",
    });
  });
});
