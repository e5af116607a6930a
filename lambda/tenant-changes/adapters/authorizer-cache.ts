/** Flushes a stage's authorizer cache (API Gateway control plane: 10 requests per second and account). */
import {
  APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
} from "@aws-sdk/client-api-gateway";

export interface FlushBudget {
  /** After which no further attempt begins. */
  readonly totalMs: number;
  readonly connectMs: number;
  /** For one attempt. */
  readonly attemptMs: number;
  readonly attempts: number;
}

/**
 * Throttling is waited out with pauses of up to 0.5, 1, 2 and 4 s, which the total does not interrupt: 16 s at worst.
 * What fails even so is delivered again by the stream.
 */
export const FLUSH_BUDGET: FlushBudget = {
  totalMs: 12_000,
  connectMs: 1_000,
  attemptMs: 3_000,
  attempts: 5,
};

/** The flush was refused or not answered. Whatever was cached may still be. */
export class FlushError extends Error {
  readonly code = "flush_failed";
}

/** An SDK client that retries with growing pauses; endpoint, region and credentials as the SDK finds them. */
export function createApiGatewayClient(budget: FlushBudget): APIGatewayClient {
  return new APIGatewayClient({
    maxAttempts: budget.attempts,
    retryMode: "standard",
    requestHandler: {
      connectionTimeout: budget.connectMs,
      requestTimeout: budget.attemptMs,
      // Without it the SDK only warns.
      throwOnRequestTimeout: true,
    },
  });
}

/** @returns a function that rejects with a FlushError unless API Gateway has taken the flush on */
export function createFlush(
  client: Pick<APIGatewayClient, "send">,
  stage: { readonly restApiId: string; readonly stageName: string },
  { totalMs }: Pick<FlushBudget, "totalMs">,
): () => Promise<void> {
  return async () => {
    try {
      await client.send(new FlushStageAuthorizersCacheCommand(stage), {
        abortSignal: AbortSignal.timeout(totalMs),
      });
    } catch (error) {
      throw new FlushError(
        `the authorizer cache was not flushed: ${describe(error)}`,
      );
    }
  };
}

/** What the operator needs of it, and none of the library's sentences: those are logged with what is thrown. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const { $metadata } = error as {
    $metadata?: { httpStatusCode?: number; requestId?: string };
  };
  return [
    error.name,
    ...($metadata?.httpStatusCode === undefined
      ? []
      : [`status ${$metadata.httpStatusCode}`]),
    ...($metadata?.requestId === undefined
      ? []
      : [`request ${$metadata.requestId}`]),
  ].join(", ");
}
