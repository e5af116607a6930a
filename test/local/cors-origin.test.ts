import { expect, test } from "vitest";
import { findCorsOrigin } from "../../local/cors-origin.ts";
import { API, stackOf } from "./gateway/support.ts";

/** A method as the CDK's preflights are written. */
const method = (httpMethod: string, value: string) =>
  [
    "ApiGateway::Method",
    {
      HttpMethod: httpMethod,
      Integration: {
        Type: "MOCK",
        IntegrationResponses: [
          {
            ResponseParameters: {
              "method.response.header.Access-Control-Allow-Origin": value,
            },
          },
        ],
      },
    },
  ] as const;

test.each([
  {
    name: "the origin of a preflight",
    added: method("OPTIONS", "'https://app.acme.com'"),
    origin: "https://app.acme.com",
  },
  { name: "any", added: method("OPTIONS", "'*'"), origin: "*" },
  {
    name: "none where another method has the header",
    added: method("GET", "'https://app.acme.com'"),
    origin: undefined,
  },
  {
    name: "none where the header is not fixed",
    added: method("OPTIONS", "method.request.header.Origin"),
    origin: undefined,
  },
])("finds $name", ({ added, origin }) => {
  expect(findCorsOrigin(stackOf({ ...API, Added: added }))).toBe(origin);
});
