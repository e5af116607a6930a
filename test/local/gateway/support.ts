/** A small REST API as a resolved stack, a gateway on a loopback port, and a client that sends bytes as they are. */
import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http";
import { onTestFinished } from "vitest";
import type {
  InvocationResult,
  InvokeFunction,
} from "../../../local/functions/invocation.ts";
import type { AccessLogEntry } from "../../../local/gateway/access-log.ts";
import {
  createGateway,
  type Gateway,
  type GatewayOptions,
} from "../../../local/gateway/create-gateway.ts";
import { attributeOf } from "../../../local/stack-identifiers.ts";
import type { StackResource, SynthesizedStack } from "../../../local/stack.ts";

type Properties = Readonly<Record<string, unknown>>;

/** Type without `AWS::`, and properties. */
type Resource = readonly [type: string, properties: Properties];

/** By logical id. */
export type Resources = Readonly<Record<string, Resource>>;

const DEPLOYMENT = {
  name: "Tenants",
  region: "eu-central-1",
  account: "123456789012",
  partition: "aws",
} as const;

export function stackOf(resources: Resources): SynthesizedStack {
  return {
    ...DEPLOYMENT,
    resources: new Map(
      Object.entries(resources).map(([logicalId, [type, properties]]) => [
        logicalId,
        { logicalId, type: `AWS::${type}`, properties },
      ]),
    ),
    outputs: new Map(),
    assets: new Map(),
  };
}

export function idOf(
  logicalId: string,
  type: string,
  attribute = "Ref",
): string {
  const resource: StackResource = {
    logicalId,
    type: `AWS::${type}`,
    properties: {},
  };
  return attributeOf(resource, attribute, stackOf({}));
}

export const API_ID = idOf("Api", "ApiGateway::RestApi");
export const ROOT_ID = idOf("Api", "ApiGateway::RestApi", "RootResourceId");
export const PROXY_ID = idOf("Proxy", "ApiGateway::Resource");
export const STAGE_ARN = `arn:aws:execute-api:eu-central-1:123456789012:${API_ID}/prod`;

export const invocationUri = (logicalId: string): string =>
  `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${idOf(logicalId, "Lambda::Function", "Arn")}/invocations`;

export const method = (
  verb: string,
  resourceId: string,
  integration: Properties,
  open = false,
): Resource => [
  "ApiGateway::Method",
  {
    RestApiId: API_ID,
    ResourceId: resourceId,
    HttpMethod: verb,
    Integration: integration,
    ...(open
      ? { AuthorizationType: "NONE" }
      : {
          AuthorizationType: "CUSTOM",
          AuthorizerId: idOf("Authorizer", "ApiGateway::Authorizer"),
        }),
  },
];

export const gatewayResponse = (
  type: string,
  properties: Properties,
): Resource => [
  "ApiGateway::GatewayResponse",
  { RestApiId: API_ID, ResponseType: type, ...properties },
];

export const ECHO = { Type: "AWS_PROXY", Uri: invocationUri("EchoFunction") };

export const AUTHORIZER = {
  RestApiId: API_ID,
  Type: "TOKEN",
  IdentitySource: "method.request.header.Authorization",
  AuthorizerUri: invocationUri("AuthorizerFunction"),
  AuthorizerResultTtlInSeconds: 300,
};

export const STAGE = { RestApiId: API_ID, StageName: "prod" };

/** `ANY /` and `ANY /{proxy+}` behind the authorizer, answered by a function. */
export const API: Resources = {
  AuthorizerFunction: ["Lambda::Function", {}],
  EchoFunction: ["Lambda::Function", {}],
  Api: ["ApiGateway::RestApi", { Name: "Tenants" }],
  Authorizer: ["ApiGateway::Authorizer", AUTHORIZER],
  Proxy: [
    "ApiGateway::Resource",
    { RestApiId: API_ID, ParentId: ROOT_ID, PathPart: "{proxy+}" },
  ],
  RootAny: method("ANY", ROOT_ID, ECHO),
  ProxyAny: method("ANY", PROXY_ID, ECHO),
  Stage: ["ApiGateway::Stage", STAGE],
};

export const success = (payload: unknown): InvocationResult => ({
  kind: "success",
  payload,
  coldStart: false,
  durationMs: 1,
});

export const thrown = (
  errorMessage: string,
  errorType = "Error",
): InvocationResult => ({
  kind: "error",
  errorType,
  errorMessage,
  coldStart: false,
  durationMs: 1,
});

export const statement = (effect: "Allow" | "Deny", ...paths: string[]) => ({
  Effect: effect,
  Action: "execute-api:Invoke",
  Resource: paths.map((path) => `${STAGE_ARN}/${path}`),
});

export const policy = (...statements: object[]) => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** What a healthy authorizer returns for tenant acme. */
export const OUTPUT = {
  principalId: "auth0|1",
  policyDocument: policy(statement("Allow", "GET/acme/*", "POST/acme/*")),
  context: { tenantId: "acme", denyReason: "route_not_granted" },
};

export type Handler = (
  event: unknown,
) => InvocationResult | Promise<InvocationResult>;

export interface RunningGateway {
  readonly gateway: Gateway;
  readonly port: number;
  /** Every authorizer event so far. */
  readonly authorizerEvents: readonly unknown[];
  readonly backendEvents: readonly unknown[];
  readonly entries: readonly AccessLogEntry[];
  /** Path below the stage; `Authorization: Bearer a.b.c` unless headers say otherwise. */
  readonly send: (request?: ClientRequest) => Promise<ClientResponse>;
}

export interface GatewaySetup extends Partial<
  Pick<GatewayOptions, "now" | "integrationTimeoutMs">
> {
  readonly resources?: Resources;
  readonly authorizer?: Handler;
  readonly backend?: Handler;
}

export async function startGateway({
  resources = API,
  authorizer = () => success(OUTPUT),
  backend = () => success({ statusCode: 200, body: "{}" }),
  ...options
}: GatewaySetup = {}): Promise<RunningGateway> {
  const authorizerEvents: unknown[] = [];
  const backendEvents: unknown[] = [];
  const entries: AccessLogEntry[] = [];
  const invokeFunction: InvokeFunction = async (logicalId, event) => {
    if (logicalId === "AuthorizerFunction") {
      authorizerEvents.push(event);
      return await authorizer(event);
    }
    if (logicalId !== "EchoFunction") throw new Error(logicalId);
    backendEvents.push(event);
    return await backend(event);
  };
  const gateway = createGateway({
    stack: stackOf(resources),
    invokeFunction,
    log: (entry) => entries.push(entry),
    ...options,
  });
  const { port } = await gateway.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => gateway.close());
  return {
    gateway,
    port,
    authorizerEvents,
    backendEvents,
    entries,
    send: (request = {}) =>
      sendRaw(port, {
        ...request,
        path: `/prod${request.path ?? "/acme/orders"}`,
      }),
  };
}

export interface ClientRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface ClientResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => unknown;
}

/** No URL parsing on the way: the path goes out byte by byte. */
export function sendRaw(
  port: number,
  {
    method = "GET",
    path = "/",
    headers = { authorization: "Bearer a.b.c" },
    body,
  }: ClientRequest,
): Promise<ClientResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: "127.0.0.1",
      port,
      method,
      path,
      headers,
      agent: false,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (message) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("error", reject);
      message.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: message.statusCode ?? 0,
          headers: message.headers,
          text,
          json: () => JSON.parse(text) as unknown,
        });
      });
    });
    outgoing.end(body);
  });
}
