/**
 * A TOKEN authorizer: identity check, result cache, invocation, and the policy judged anew for every request.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
import type {
  InvocationResult,
  InvokeFunction,
} from "../functions/invocation.ts";
import type { CacheUse } from "./access-log.ts";
import {
  parseAuthorizerOutput,
  type AuthorizerResult,
} from "./authorizer-output.ts";
import type { AuthorizerSettings } from "./authorizer-settings.ts";
import type { GatewayError } from "./gateway-error.ts";
import { invokeWithin } from "./invoke-within.ts";
import { MalformedOutputError } from "./malformed-output.ts";
import {
  judgeByPolicy,
  type PolicyJudgement,
  type PolicyVerdict,
} from "./policy-evaluator.ts";
import { findHeader, type GatewayRequest } from "./request.ts";
import type { CacheScope, ResultCache } from "./result-cache.ts";

export interface AuthorizationCall {
  readonly request: GatewayRequest;
  readonly scope: CacheScope;
  readonly methodArn: string;
}

export interface Invocation {
  readonly durationMs: number;
  readonly coldStart: boolean;
  /** The one in the function's log lines; absent when no function got the event. */
  readonly requestId?: string;
}

type Verdict = {
  readonly result: AuthorizerResult;
  readonly judgement: PolicyJudgement;
} & (
  | { readonly kind: "allow" }
  | { readonly kind: "deny"; readonly error: GatewayError }
);

interface Refusal {
  readonly kind: "unauthenticated" | "error";
  readonly error: GatewayError;
}

export type Authorization = (Verdict | Refusal) & {
  readonly cache: CacheUse;
  /** `undefined` when the function did not run for this request. */
  readonly invocation: Invocation | undefined;
};

export type Authorize = (call: AuthorizationCall) => Promise<Authorization>;

export interface AuthorizerDependencies {
  readonly invokeFunction: InvokeFunction;
  readonly cache: ResultCache;
  readonly now: () => number;
  readonly timeoutMs: number;
}

const MAX_METHOD_ARN_BYTES = 1600;

const DENIALS: Readonly<Record<Exclude<PolicyVerdict, "allow">, GatewayError>> =
  {
    implicit_deny: {
      type: "ACCESS_DENIED",
      message: "User is not authorized to access this resource",
      reason: "implicit_deny",
    },
    explicit_deny: {
      type: "ACCESS_DENIED",
      message:
        "User is not authorized to access this resource with an explicit deny",
      reason: "explicit_deny",
    },
  };

export function createAuthorizer(
  {
    headerName,
    isWellFormed,
    ttlSeconds,
    functionLogicalId,
  }: AuthorizerSettings,
  { invokeFunction, cache, now, timeoutMs }: AuthorizerDependencies,
): Authorize {
  return async ({ request, scope, methodArn }) => {
    const notAsked = { cache: "none", invocation: undefined } as const;
    if (Buffer.byteLength(methodArn) > MAX_METHOD_ARN_BYTES) {
      return { ...notAsked, ...uriTooLong() };
    }
    const token = findHeader(request.headers, headerName) ?? "";
    if (token === "") {
      return { ...notAsked, ...unauthenticated("identity_missing") };
    }
    if (!isWellFormed(token)) {
      return { ...notAsked, ...unauthenticated("identity_malformed") };
    }

    const facts = { nowMs: now(), sourceIp: request.sourceIp };
    const judge = (result: AuthorizerResult): Verdict => {
      const judgement = judgeByPolicy(result.statements, methodArn, facts);
      const { verdict } = judgement;
      return verdict === "allow"
        ? { kind: "allow", result, judgement }
        : { kind: "deny", result, judgement, error: DENIALS[verdict] };
    };
    const cached = ttlSeconds > 0 ? cache.find(scope, token) : undefined;
    if (cached !== undefined) {
      return { cache: "hit", invocation: undefined, ...judge(cached) };
    }

    // Requests that miss together invoke the function once each: API Gateway promises no single flight.
    const answer = await invokeWithin(
      timeoutMs,
      invokeFunction,
      functionLogicalId,
      { type: "TOKEN", methodArn, authorizationToken: token },
    );
    const asked = {
      cache: ttlSeconds > 0 ? "miss" : "off",
      invocation: answer === "timeout" ? undefined : describeInvocation(answer),
    } as const;
    const outcome = readAnswer(answer);
    if (outcome.kind !== "result") return { ...asked, ...outcome };
    // Kept whatever the verdict, and although the cache may have been flushed while the function ran.
    cache.store(scope, token, outcome.result, ttlSeconds);
    return { ...asked, ...judge(outcome.result) };
  };
}

function describeInvocation({
  durationMs,
  coldStart,
  requestId,
}: InvocationResult): Invocation {
  return {
    durationMs,
    coldStart,
    ...(requestId !== undefined && { requestId }),
  };
}

function readAnswer(
  answer: InvocationResult | "timeout",
): Refusal | { readonly kind: "result"; readonly result: AuthorizerResult } {
  if (answer === "timeout") return failure("the authorizer took too long");
  if (answer.kind === "error") {
    // Exactly this message, letter case included, is API Gateway's sign for 401.
    return answer.errorMessage === "Unauthorized"
      ? unauthenticated("token_refused")
      : failure(`${answer.errorType}: ${answer.errorMessage}`);
  }
  try {
    return { kind: "result", result: parseAuthorizerOutput(answer.payload) };
  } catch (error) {
    if (!(error instanceof MalformedOutputError)) throw error;
    return {
      kind: "error",
      error: {
        type: "AUTHORIZER_CONFIGURATION_ERROR",
        message: null,
        detail: error.message,
      },
    };
  }
}

function unauthenticated(reason: string): Refusal {
  return {
    kind: "unauthenticated",
    error: { type: "UNAUTHORIZED", message: "Unauthorized", reason },
  };
}

function failure(detail: string): Refusal {
  return {
    kind: "error",
    error: { type: "AUTHORIZER_FAILURE", message: null, detail },
  };
}

function uriTooLong(): Refusal {
  return {
    kind: "error",
    error: {
      type: "DEFAULT_4XX",
      status: 414,
      message: "Request-URI Too Long",
      reason: "method_arn_too_long",
    },
  };
}
