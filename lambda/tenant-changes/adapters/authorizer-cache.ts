/** Flushes a stage's authorizer cache (API Gateway control plane: 10 requests per second and account). */
import {
  APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
} from "@aws-sdk/client-api-gateway";

/** An SDK client that retries throttling with growing pauses; endpoint, region and credentials as the SDK finds them. */
export function createApiGatewayClient(): APIGatewayClient {
  return new APIGatewayClient({
    maxAttempts: 6,
    retryMode: "standard",
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
  });
}

export function createFlush(
  client: Pick<APIGatewayClient, "send">,
  stage: { readonly restApiId: string; readonly stageName: string },
): () => Promise<void> {
  return async () => {
    await client.send(new FlushStageAuthorizersCacheCommand(stage));
  };
}
