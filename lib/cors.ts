import { Duration } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";

/**
 * Preflights for these origins. They are answered by the gateway itself, without a token: browsers send none.
 * Credentials are never allowed: a Bearer token is put into a request by the page's own code, so no page gets the
 * browser to send somebody else's.
 */
export function buildPreflight(
  origins: readonly string[],
): apigateway.CorsOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: apigateway.Cors.ALL_METHODS,
    allowHeaders: ["Authorization", "Content-Type"],
    // Browsers keep it for two hours at most; an hour halves the requests and is soon over when origins change.
    maxAge: Duration.hours(1),
  };
}

/**
 * CORS headers for the gateway's own answers, which no backend gets to add them to.
 *
 * A gateway response can send a fixed value or copy a request header, and cannot compare. With one origin that
 * origin is sent. With several, `*`: copying `Origin` would let in the same pages, depend on `Vary` in every cache,
 * and have no value where no method matched. `*` opens little: only a page of a configured origin passes the
 * preflight that an Authorization header requires, so any other page can read a 401 and nothing else.
 */
export function buildCorsHeaders(
  origins: readonly string[],
): Readonly<Record<string, string>> {
  const [origin] = origins;
  if (origin === undefined) return {};
  return {
    "Access-Control-Allow-Origin": origins.length === 1 ? origin : "*",
    // Not readable by a page's code unless exposed.
    "Access-Control-Expose-Headers": "Retry-After,WWW-Authenticate",
  };
}
