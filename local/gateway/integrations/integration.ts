import type { AuthorizerResult } from "../authorizer-output.ts";
import type { ApiIdentity } from "../context-variables.ts";
import type { GatewayError } from "../gateway-error.ts";
import type { HttpResponse } from "../http-response.ts";
import type { MappingScope } from "../mapping-values.ts";

/** What an integration gets to see of a request that has passed routing and authorization. */
export interface IntegrationCall {
  readonly api: ApiIdentity;
  readonly scope: MappingScope;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly body: Buffer;
  readonly authorizer:
    | {
        readonly result: AuthorizerResult;
        /** How long the function ran for this request; 0 on a cached result. */
        readonly latencyMs: number;
      }
    | undefined;
}

export type IntegrationOutcome =
  | {
      readonly kind: "response";
      readonly response: HttpResponse;
      /** What the backend itself answered. */
      readonly backendStatus: number;
    }
  | { readonly kind: "error"; readonly error: GatewayError };

export type Integrate = (call: IntegrationCall) => Promise<IntegrationOutcome>;

export function integrationTimeout(): IntegrationOutcome {
  return {
    kind: "error",
    error: {
      type: "INTEGRATION_TIMEOUT",
      message: "Endpoint request timed out",
    },
  };
}
