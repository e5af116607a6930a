import { describe, expect, test } from "vitest";
import { createGateway } from "../../../local/gateway/create-gateway.ts";
import {
  API,
  API_ID,
  AUTHORIZER,
  ECHO,
  gatewayResponse,
  method,
  PROXY_ID,
  STAGE,
  stackOf,
  type Resources,
} from "./support.ts";

const build = (resources: Resources) =>
  createGateway({
    stack: stackOf(resources),
    log: () => undefined,
    invokeFunction: () => Promise.reject(new Error("not to be called")),
  });

test("builds from the baseline template", () => {
  expect(build(API).stages).toEqual([{ apiId: API_ID, stageName: "prod" }]);
});

const authorizer = (properties: object): Resources => ({
  Authorizer: ["ApiGateway::Authorizer", { ...AUTHORIZER, ...properties }],
});
const integration = (properties: object): Resources => ({
  ProxyAny: method("ANY", PROXY_ID, { ...ECHO, ...properties }),
});
const methodWith = (properties: object): Resources => {
  const [type, own] = method("ANY", PROXY_ID, ECHO);
  return { ProxyAny: [type, { ...own, ...properties }] };
};
const http = (properties: object): Resources => ({
  ProxyAny: method("ANY", PROXY_ID, {
    Type: "HTTP_PROXY",
    Uri: "https://backend.test/",
    ...properties,
  }),
});
const mock = (properties: object): Resources => ({
  ProxyAny: method("ANY", PROXY_ID, {
    Type: "MOCK",
    RequestTemplates: { "application/json": '{"statusCode":200}' },
    IntegrationResponses: [{ StatusCode: "200" }],
    ...properties,
  }),
});
const response = (type: string, properties: object): Resources => ({
  Response: gatewayResponse(type, { ...properties }),
});
const stage = (properties: object): Resources => ({
  Stage: ["ApiGateway::Stage", { ...STAGE, ...properties }],
});
const body = (template: string) => ({
  ResponseTemplates: { "application/json": template },
});

describe("refuses a template with", () => {
  test.each<[name: string, change: Resources, problem: RegExp]>([
    [
      "a REQUEST authorizer",
      authorizer({ Type: "REQUEST" }),
      /Authorizer Authorizer: only TOKEN/,
    ],
    [
      "an identity source that is no header",
      authorizer({ IdentitySource: "method.request.querystring.t" }),
      /is not a header/,
    ],
    [
      "a TTL over 3,600",
      authorizer({ AuthorizerResultTtlInSeconds: 3601 }),
      /out of range/,
    ],
    [
      "a TTL that is no number",
      authorizer({ AuthorizerResultTtlInSeconds: "x" }),
      /not a number/,
    ],
    [
      "an authorizer function outside the stack",
      authorizer({
        AuthorizerUri: AUTHORIZER.AuthorizerUri.replace(
          "/invocations",
          "x/invocations",
        ),
      }),
      /names no function/,
    ],
    [
      "a method of another authorization type",
      methodWith({ AuthorizationType: "AWS_IAM" }),
      /Method ProxyAny: AuthorizationType AWS_IAM/,
    ],
    [
      "a method with an unknown authorizer",
      methodWith({ AuthorizerId: "nobody" }),
      /its authorizer is not in this stack/,
    ],
    [
      "a method with a request validator",
      methodWith({ RequestValidatorId: "v" }),
      /RequestValidatorId is not emulated/,
    ],
    [
      "an integration of another type",
      integration({ Type: "AWS" }),
      /Type AWS is not emulated/,
    ],
    [
      "a mapping on a Lambda proxy",
      integration({
        RequestParameters: { "integration.request.header.a": "'b'" },
      }),
      /RequestParameters is not emulated/,
    ],
    ["a VPC link", http({ ConnectionId: "x" }), /ConnectionId is not emulated/],
    [
      "a Uri with an unmapped parameter",
      http({ Uri: "https://backend.test/{proxy}" }),
      /holds \{proxy\}, which is not mapped/,
    ],
    [
      "a Uri with a parameter in its host",
      http({ Uri: "https://{proxy}.test/" }),
      /not an address/,
    ],
    [
      "a Uri with stage variables",
      http({ Uri: "https://x.test/${stageVariables.a}" }),
      /not an address/,
    ],
    [
      "a mapping from the body",
      http({
        RequestParameters: {
          "integration.request.header.a": "method.request.body.x",
        },
      }),
      /mapping from method\.request\.body\.x is not emulated/,
    ],
    [
      "a mapping to nowhere",
      http({ RequestParameters: { "integration.request.cookie.a": "'x'" } }),
      /cannot map to/,
    ],
    [
      "a mapping from a misspelt variable",
      http({
        RequestParameters: {
          "integration.request.header.a": "context.requestID",
        },
      }),
      /no variable context\.requestID/,
    ],
    [
      "a mock without a status",
      mock({ RequestTemplates: {} }),
      /needs a request template/,
    ],
    [
      "a mock with another response template",
      mock({
        IntegrationResponses: [
          { StatusCode: "200", ...body("#if(true)x#end") },
        ],
      }),
      /response template is not emulated/,
    ],
    [
      "a mock without a fitting response",
      mock({ IntegrationResponses: [] }),
      /no IntegrationResponse fits/,
    ],
    [
      "an unknown gateway response",
      response("TEAPOT", {}),
      /no ResponseType TEAPOT/,
    ],
    [
      "a Velocity directive in a body",
      response("UNAUTHORIZED", body("#set($x = 1)")),
      /found "#s"/,
    ],
    [
      "a Velocity variable in a body",
      response("UNAUTHORIZED", body("$input.body")),
      /found "\$i"/,
    ],
    [
      "a braced variable in a body",
      response("UNAUTHORIZED", body("${context.requestId}")),
      /found/,
    ],
    [
      "a misspelt variable in a body",
      response("UNAUTHORIZED", body("$context.requestID")),
      /no variable \$context\.requestID/,
    ],
    [
      "a response parameter that is no header",
      response("UNAUTHORIZED", {
        ResponseParameters: { "gatewayresponse.body.x": "'1'" },
      }),
      /cannot map to/,
    ],
    [
      "an access log with an unknown variable",
      stage({ AccessLogSetting: { Format: "$context.tenant" } }),
      /no variable \$context\.tenant/,
    ],
    ["a stage of an unknown API", stage({ RestApiId: "x" }), /no RestApi x/],
    [
      "a stage with an API cache",
      stage({ CacheClusterEnabled: true }),
      /CacheClusterEnabled is not emulated/,
    ],
    [
      "a resource policy",
      { Api: ["ApiGateway::RestApi", { Policy: {} }] },
      /Policy is not emulated/,
    ],
    [
      "an OpenAPI body",
      { Api: ["ApiGateway::RestApi", { Body: {} }] },
      /Body is not emulated/,
    ],
    [
      "two stages of one name",
      { Second: ["ApiGateway::Stage", STAGE] },
      /two APIs have a stage prod/,
    ],
  ])("%s", (_, change, problem) => {
    expect(() => build({ ...API, ...change })).toThrow(problem);
  });
});

test("a dollar or hash sign that is no reference is plain text", () => {
  expect(() =>
    build({
      ...API,
      ...response("UNAUTHORIZED", body('{"price":"5 $","tag":"# 1"}')),
    }),
  ).not.toThrow();
});
