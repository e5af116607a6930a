/**
 * The sample backend: answers with what a backend behind the authorizer gets to know of its caller. It never
 * answers with a header, so that no token ends up in a terminal or a log.
 */
import type {
  APIGatewayProxyResult,
  APIGatewayProxyWithLambdaAuthorizerEvent,
} from "aws-lambda";
import { ECHO_ENV } from "./env-names.ts";

export type EchoEvent = Pick<
  APIGatewayProxyWithLambdaAuthorizerEvent<Readonly<Record<string, unknown>>>,
  "httpMethod" | "path" | "headers" | "requestContext"
>;

/** Not the tenant's: `denyReason` is there for the gateway's 403 even on an Allow, the other is a measurement. */
const GATEWAY_ENTRIES = new Set(["denyReason", "integrationLatency"]);

export function echo(
  event: EchoEvent,
  corsOrigins: readonly string[],
): APIGatewayProxyResult {
  const tenant = Object.fromEntries(
    Object.entries(event.requestContext.authorizer).filter(
      ([name]) => !GATEWAY_ENTRIES.has(name),
    ),
  );
  return {
    statusCode: 200,
    headers: {
      "Content-Type": "application/json",
      // The path alone does not tell one tenant's answer from another's.
      "Cache-Control": "no-store",
      ...buildCorsHeaders(event, corsOrigins),
    },
    body: JSON.stringify({
      message: "the authorizer let this request in",
      method: event.httpMethod,
      path: event.path,
      tenant,
    }),
  };
}

/** With a proxy integration the gateway adds no CORS headers: they are the backend's to send. */
function buildCorsHeaders(
  event: EchoEvent,
  corsOrigins: readonly string[],
): Record<string, string> {
  if (corsOrigins.includes("*")) return { "Access-Control-Allow-Origin": "*" };
  if (corsOrigins.length === 0) return {};
  const origin = findHeader(event.headers, "origin");
  return {
    Vary: "Origin",
    ...(origin !== undefined &&
      corsOrigins.includes(origin) && {
        "Access-Control-Allow-Origin": origin,
      }),
  };
}

/** API Gateway passes names on in the letter case that the client chose. */
function findHeader(
  headers: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  return Object.entries(headers).find(
    ([key]) => key.toLowerCase() === name,
  )?.[1];
}

const CORS_ORIGINS = (process.env[ECHO_ENV.corsOrigins] ?? "")
  .split(",")
  .filter((origin) => origin !== "");

export function handler(event: EchoEvent): Promise<APIGatewayProxyResult> {
  return Promise.resolve(echo(event, CORS_ORIGINS));
}
