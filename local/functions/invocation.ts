/**
 * What the Lambda service hands back to API Gateway after one synchronous invocation. `durationMs` is what the
 * caller waited, a cold start's init included. `requestId` is the one in the function's log lines; it is absent when
 * no function got the event.
 */
export type InvocationResult =
  | {
      readonly kind: "success";
      readonly payload: unknown;
      readonly coldStart: boolean;
      readonly durationMs: number;
      readonly requestId?: string;
    }
  | {
      /** The handler threw, timed out, or its process died. */
      readonly kind: "error";
      readonly errorType: string;
      readonly errorMessage: string;
      readonly coldStart: boolean;
      readonly durationMs: number;
      readonly requestId?: string;
    };

/** Invokes the function with this CloudFormation logical id; resolves with a result, never rejects for a function's fault. */
export type InvokeFunction = (
  logicalId: string,
  event: unknown,
) => Promise<InvocationResult>;
