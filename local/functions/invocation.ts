/**
 * What the Lambda service hands back to API Gateway after one synchronous invocation. `durationMs` is what the
 * caller waited, a cold start's init included.
 */
export type InvocationResult =
  | {
      readonly kind: "success";
      readonly payload: unknown;
      readonly coldStart: boolean;
      readonly durationMs: number;
    }
  | {
      /** The handler threw, timed out, or its process died. */
      readonly kind: "error";
      readonly errorType: string;
      readonly errorMessage: string;
      readonly coldStart: boolean;
      readonly durationMs: number;
    };

/** Invokes the function with this CloudFormation logical id; resolves with a result, never rejects for a function's fault. */
export type InvokeFunction = (
  logicalId: string,
  event: unknown,
) => Promise<InvocationResult>;
