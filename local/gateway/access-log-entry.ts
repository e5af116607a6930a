import type { AccessLogEntry, AuthorizationDecision } from "./access-log.ts";
import type { Answer } from "./answer.ts";
import {
  authorizerRunVariables,
  responseVariables,
} from "./context-variables.ts";
import type { HttpResponse } from "./http-response.ts";
import type { GatewayRequest } from "./request.ts";
import type { Stage } from "./stages.ts";

const AUTHORIZER_STATUS: Readonly<Record<AuthorizationDecision, number>> = {
  allow: 200,
  deny: 200,
  unauthenticated: 401,
  error: 500,
  none: 200,
};

/** Puts together what one request came to, once its answer has been sent. */
export function buildAccessLogEntry(exchange: {
  readonly request: GatewayRequest;
  readonly startedAtMs: number;
  readonly sent: HttpResponse;
  /** `undefined` when no stage of that name is served. */
  readonly stage: Stage | undefined;
  /** `undefined` when the gateway itself failed, or had no stage to ask. */
  readonly answer?: Answer | undefined;
}): AccessLogEntry {
  const { request, stage, answer, sent } = exchange;
  const durationMs = performance.now() - exchange.startedAtMs;
  const rendered =
    answer &&
    stage?.renderAccessLog?.({
      stageVariables: answer.scope.stageVariables,
      variables: {
        ...answer.scope.variables,
        ...(answer.authorizer &&
          authorizerRunVariables({
            status: AUTHORIZER_STATUS[answer.decision],
            latencyMs: answer.authorizer.durationMs,
            requestId: answer.authorizer.requestId,
          })),
        ...responseVariables({
          status: sent.status,
          length: sent.body.length,
          latencyMs: durationMs,
        }),
      },
    });
  return {
    requestId: request.requestId,
    apiId: stage?.identity.apiId,
    stage: stage?.identity.stageName,
    method: request.method,
    path:
      stage === undefined
        ? `/${request.stageName}${request.path}`
        : request.path,
    status: sent.status,
    durationMs,
    cache: answer?.cache ?? "none",
    decision: answer?.decision ?? "none",
    reason: answer === undefined ? "unknown_stage" : answer.reason,
    detail: answer?.detail,
    tenantId: answer?.tenantId,
    authorizer: answer?.authorizer,
    policy: answer?.policy,
    integrationMs: answer?.integrationMs,
    rendered,
  };
}
