/** One request through the gateway: routing, authorization, integration, or the answer that takes their place. */
import type {
  AuthorizationDecision,
  CacheUse,
  JudgedPolicy,
} from "./access-log.ts";
import type { AuthorizerResult } from "./authorizer-output.ts";
import type { Authorization } from "./authorizer.ts";
import {
  authorizerVariables,
  errorVariables,
  integrationVariables,
  requestVariables,
  routeVariables,
} from "./context-variables.ts";
import type { ApiMethod } from "./api-methods.ts";
import type { GatewayError } from "./gateway-error.ts";
import type { HttpResponse } from "./http-response.ts";
import type { MappingScope } from "./mapping-values.ts";
import { findHeader, type GatewayRequest } from "./request.ts";
import type { Route } from "./router.ts";
import type { Stage } from "./stages.ts";

/** What one request came to, before the access log adds status and times. */
export interface Answer {
  readonly response: HttpResponse;
  readonly scope: MappingScope;
  readonly cache: CacheUse;
  readonly decision: AuthorizationDecision;
  readonly reason: string | undefined;
  readonly detail: string | undefined;
  readonly tenantId: string | undefined;
  readonly authorizer: Authorization["invocation"];
  readonly policy: JudgedPolicy | undefined;
  /** `undefined` when no integration was asked. */
  readonly integrationMs?: number;
}

const MAX_HEAD_BYTES = 10_240;

/** `body` is `undefined` when it was too large to be read. */
export async function answerRequest(
  stage: Stage,
  request: GatewayRequest,
  body: Buffer | undefined,
): Promise<Answer> {
  const scope: MappingScope = {
    request,
    pathParameters: {},
    stageVariables: stage.stageVariables,
    variables: requestVariables(request, stage.identity),
  };
  if (request.headBytes > MAX_HEAD_BYTES) {
    return refuse(stage, scope, {
      type: "DEFAULT_4XX",
      status: 431,
      message: "Request Header Fields Too Large",
      reason: "headers_too_large",
    });
  }
  if (body === undefined) {
    return refuse(stage, scope, {
      type: "REQUEST_TOO_LARGE",
      message: "HTTP content length exceeded 10485760 bytes.",
    });
  }
  const route = stage.findRoute(request.method, request.path);
  if (route === undefined) {
    return refuse(stage, scope, {
      type: "MISSING_AUTHENTICATION_TOKEN",
      message: "Missing Authentication Token",
    });
  }
  return await answerRoute(stage, route, body, {
    ...scope,
    pathParameters: route.pathParameters,
    variables: { ...scope.variables, ...routeVariables(route) },
  });
}

async function answerRoute(
  stage: Stage,
  route: Route<ApiMethod>,
  body: Buffer,
  scope: MappingScope,
): Promise<Answer> {
  const { request } = scope;
  const { authorizer, integrate } = route.method;
  const { apiId, stageName } = stage.identity;
  const authorization = await authorizer?.authorize({
    request,
    scope: { apiId, stageName, authorizerId: authorizer.authorizerId },
    // The path as received: how AWS writes encodings, dots and double slashes here is unproven.
    methodArn: `${stage.arn}/${request.method}${request.path}`,
  });
  const result =
    authorization !== undefined && "result" in authorization
      ? authorization.result
      : undefined;
  const authorized: MappingScope = {
    ...scope,
    variables: {
      ...scope.variables,
      ...(result === undefined ? {} : authorizerVariables(result)),
    },
  };
  if (authorization !== undefined && authorization.kind !== "allow") {
    return refuse(stage, authorized, authorization.error, authorization);
  }

  const overPlan = route.method.apiKeyRequired
    ? meter(stage, request, result)
    : undefined;
  if (overPlan !== undefined) {
    return refuse(stage, authorized, overPlan, authorization);
  }

  const startedAtMs = performance.now();
  const outcome = await integrate({
    api: stage.identity,
    scope: authorized,
    resourceId: route.resourceId,
    resourcePath: route.resourcePath,
    body,
    authorizer: result && {
      result,
      latencyMs: authorization?.invocation?.durationMs ?? 0,
    },
  });
  const integrationMs = performance.now() - startedAtMs;
  const integrated: MappingScope = {
    ...authorized,
    variables: {
      ...authorized.variables,
      ...integrationVariables({
        status: outcome.kind === "response" ? outcome.backendStatus : undefined,
        latencyMs: integrationMs,
      }),
    },
  };
  return outcome.kind === "error"
    ? {
        ...refuse(stage, integrated, outcome.error, authorization),
        integrationMs,
      }
    : {
        ...factsOf(authorization),
        integrationMs,
        response: outcome.response,
        scope: integrated,
        reason: undefined,
        detail: undefined,
      };
}

/**
 * Counts the request by its key. After the policy: that API Gateway counts no request that the policy refuses is not
 * documented.
 */
function meter(
  { identity, apiKeySource, admit }: Stage,
  { headers }: GatewayRequest,
  result: AuthorizerResult | undefined,
): GatewayError | undefined {
  const admission = admit(
    identity,
    apiKeySource === "AUTHORIZER"
      ? result?.usageIdentifierKey
      : findHeader(headers, "x-api-key"),
  );
  return admission === "admitted" ? undefined : OVER_PLAN[admission];
}

const OVER_PLAN = {
  invalid_key: { type: "INVALID_API_KEY", message: "Forbidden" },
  throttled: { type: "THROTTLED", message: "Too Many Requests" },
  quota_exceeded: { type: "QUOTA_EXCEEDED", message: "Limit Exceeded" },
} as const satisfies Record<string, GatewayError>;

function refuse(
  stage: Stage,
  scope: MappingScope,
  error: GatewayError,
  authorization?: Authorization,
): Answer {
  const denyReason =
    authorization?.kind === "deny"
      ? authorization.result.context["denyReason"]
      : undefined;
  return {
    ...factsOf(authorization),
    response: stage.renderGatewayResponse(error, scope),
    scope: {
      ...scope,
      variables: { ...scope.variables, ...errorVariables(error) },
    },
    reason: denyReason ?? error.reason ?? error.type.toLowerCase(),
    detail: error.detail,
  };
}

function factsOf(
  authorization: Authorization | undefined,
): Pick<Answer, "cache" | "decision" | "tenantId" | "authorizer" | "policy"> {
  return {
    policy:
      authorization !== undefined && "result" in authorization
        ? {
            document: authorization.result.policyDocument,
            ...authorization.judgement,
          }
        : undefined,
    cache: authorization?.cache ?? "none",
    decision: authorization?.kind ?? "none",
    tenantId:
      authorization !== undefined && "result" in authorization
        ? authorization.result.context["tenantId"]
        : undefined,
    authorizer: authorization?.invocation,
  };
}
