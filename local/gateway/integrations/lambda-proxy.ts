/** AWS_PROXY: the function gets the whole request and answers with a whole response. */
import type { InvokeFunction } from "../../functions/invocation.ts";
import type { SynthesizedStack } from "../../stack.ts";
import { invokeWithin } from "../invoke-within.ts";
import { findHeader, replaceHeaders } from "../request.ts";
import { getString, refuse, type Properties } from "../template-properties.ts";
import {
  integrationTimeout,
  type Integrate,
  type IntegrationOutcome,
} from "./integration.ts";
import { buildLambdaProxyEvent } from "./lambda-proxy-event.ts";
import { parseLambdaProxyResponse } from "./lambda-proxy-response.ts";
import { functionOfUri } from "./lambda-uri.ts";

export interface LambdaProxyOptions {
  readonly stack: SynthesizedStack;
  readonly invokeFunction: InvokeFunction;
  readonly timeoutMs: number;
  /** Content types the API treats as binary. */
  readonly isBinaryType: (contentType: string | undefined) => boolean;
}

export function createLambdaProxyIntegration(
  properties: Properties,
  { stack, invokeFunction, timeoutMs, isBinaryType }: LambdaProxyOptions,
): Integrate {
  refuse(properties, "Credentials", "RequestParameters");
  const uri = getString(properties, "Uri");
  const { logicalId } = functionOfUri(uri, stack, properties.where);

  return async (call) => {
    const { request } = call.scope;
    const contentType = findHeader(request.headers, "content-type");
    const answer = await invokeWithin(
      timeoutMs,
      invokeFunction,
      logicalId,
      buildLambdaProxyEvent(call, isBinaryType(contentType)),
    );
    if (answer === "timeout") return integrationTimeout();
    if (answer.kind === "error") {
      return badGateway(`${answer.errorType}: ${answer.errorMessage}`);
    }
    const accepted = findHeader(request.headers, "accept");
    const response = parseLambdaProxyResponse(
      answer.payload,
      isBinaryType(accepted?.split(",")[0]),
    );
    if (response === undefined) {
      return badGateway("malformed Lambda proxy response");
    }
    const headers = replaceHeaders(response.headers, [
      ["X-Amzn-Trace-Id", request.traceId],
    ]);
    return {
      kind: "response",
      response: { ...response, headers },
      backendStatus: response.status,
    };
  };
}

/** 502 is what API Gateway answers here, although INTEGRATION_FAILURE is a 504 by itself. */
function badGateway(detail: string): IntegrationOutcome {
  return {
    kind: "error",
    error: {
      type: "INTEGRATION_FAILURE",
      status: 502,
      message: "Internal server error",
      detail,
    },
  };
}
