/**
 * Parts of the AWS SDK that its clients import and these functions never reach, each with the file that is bundled
 * in its place. What is left out is not read, parsed and compiled at every cold start. And one part of the JWT library
 * that is replaced because it is slow: docs/performance.md has the figures.
 */
export const SDK_STAND_INS: Readonly<Record<string, string>> = {
  // Of all credential providers Lambda uses the environment variables; SSO, STS and log-in are the larger part.
  "@aws-sdk/credential-provider-node":
    "lambda/authorizer/adapters/environment-credentials.ts",
  // No DynamoDB command adds the middleware that this client option is for.
  "@aws-sdk/middleware-endpoint-discovery":
    "lambda/sdk-stand-ins/endpoint-discovery.ts",
  // Loaded for operations that stream events: neither GetItem nor the flush of a cache does.
  "@smithy/core/event-streams": "lambda/sdk-stand-ins/event-streams.ts",
  // Keeps what the runtime's own store keeps as well.
  "@aws/lambda-invoke-store": "lambda/sdk-stand-ins/invoke-store.ts",
  // aws-jwt-verify's layer over the platform's crypto, of which it has one for Node and one for browsers.
  "#node-web-compat": "lambda/library-stand-ins/jwt-platform.ts",
};
