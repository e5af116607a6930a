import type {
  InvocationResult,
  InvokeFunction,
} from "../functions/invocation.ts";

/**
 * One invocation, or `"timeout"`. A port that rejects counts as a function that failed: the gateway must answer
 * whatever the function runner does.
 */
export async function invokeWithin(
  timeoutMs: number,
  invokeFunction: InvokeFunction,
  logicalId: string,
  event: unknown,
): Promise<InvocationResult | "timeout"> {
  const timeout = Promise.withResolvers<"timeout">();
  const timer = setTimeout(timeout.resolve, timeoutMs, "timeout" as const);
  const invocation = invokeFunction(logicalId, event).catch(
    (error: unknown): InvocationResult => ({
      kind: "error",
      errorType: "InvocationFailed",
      errorMessage: error instanceof Error ? error.message : "unknown",
      coldStart: false,
      durationMs: 0,
    }),
  );
  try {
    return await Promise.race([invocation, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
