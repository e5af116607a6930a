import * as apigateway from "aws-cdk-lib/aws-apigateway";
import { buildCorsHeaders } from "./cors.ts";

/** One of the gateway's own answers. Texts go into JSON and headers into a quoted mapping as they are. */
export interface GatewayAnswer {
  /** Which of the gateway's answers. */
  readonly type: apigateway.ResponseType;
  /** Without it API Gateway's own status stands, as it must where one answer serves many. */
  readonly statusCode?: number;
  /** A stable code. */
  readonly error: string;
  /** A sentence of ours, or `$context.error.messageString`, the gateway's own. */
  readonly message: string;
  /** Headers beside the CORS ones, values as they are sent. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The gateway's own sentence, which it renders with quotes around it. */
const GATEWAY_MESSAGE = "$context.error.messageString";

/** We could not tell. The two types are answered alike, since which one a given fault becomes is not documented. */
const UNAVAILABLE = {
  statusCode: 503,
  error: "unavailable",
  message: "could not check the token just now, try again",
  headers: { "Retry-After": "5" },
} as const;

const {
  ACCESS_DENIED,
  AUTHORIZER_CONFIGURATION_ERROR,
  AUTHORIZER_FAILURE,
  DEFAULT_4XX,
  DEFAULT_5XX,
  INTEGRATION_FAILURE,
  INTEGRATION_TIMEOUT,
  INVALID_API_KEY,
  MISSING_AUTHENTICATION_TOKEN,
  QUOTA_EXCEEDED,
  REQUEST_TOO_LARGE,
  RESOURCE_NOT_FOUND,
  THROTTLED,
  UNAUTHORIZED,
  UNSUPPORTED_MEDIA_TYPE,
} = apigateway.ResponseType;

const ANSWERS: readonly GatewayAnswer[] = [
  {
    type: UNAUTHORIZED,
    statusCode: 401,
    error: "unauthorized",
    message: "a valid access token is required",
    // RFC 6750 §3.1: no error code for a request without a token, and this answers those too.
    headers: { "WWW-Authenticate": 'Bearer realm="api"' },
  },
  {
    type: ACCESS_DENIED,
    statusCode: 403,
    // The authorizer always sets it; on an Allow it says why the policy does not cover this request. Only the Deny of
    // a resource policy, which comes before the authorizer, leaves it empty.
    error: "$context.authorizer.denyReason",
    // The gateway's own sentence tells whether the refusal was explicit, and can name the ARN.
    message: "this token does not open this route",
  },
  { type: AUTHORIZER_FAILURE, ...UNAVAILABLE },
  { type: AUTHORIZER_CONFIGURATION_ERROR, ...UNAVAILABLE },
  {
    // The gateway's name for a path or verb that it does not have, and its 403 is misleading.
    type: MISSING_AUTHENTICATION_TOKEN,
    statusCode: 404,
    error: "not_found",
    message: "no such route",
  },
  {
    type: RESOURCE_NOT_FOUND,
    statusCode: 404,
    error: "not_found",
    message: "no such route",
  },
  {
    type: INVALID_API_KEY,
    statusCode: 403,
    error: "api_key_invalid",
    message: "the tenant's usage plan key is not valid",
  },
  {
    type: THROTTLED,
    statusCode: 429,
    error: "throttled",
    message: "too many requests, slow down",
    headers: { "Retry-After": "1" },
  },
  {
    type: QUOTA_EXCEEDED,
    statusCode: 429,
    error: "quota_exceeded",
    message: "the tenant's quota for this period is used up",
  },
  {
    type: REQUEST_TOO_LARGE,
    statusCode: 413,
    error: "request_too_large",
    message: "the request is too large",
  },
  {
    type: UNSUPPORTED_MEDIA_TYPE,
    statusCode: 415,
    error: "unsupported_media_type",
    message: "the content type is not supported",
  },
  {
    type: INTEGRATION_FAILURE,
    statusCode: 502,
    error: "bad_gateway",
    message: "the backend did not give a usable answer",
  },
  {
    type: INTEGRATION_TIMEOUT,
    statusCode: 504,
    error: "gateway_timeout",
    message: "the backend did not answer in time",
  },
  { type: DEFAULT_4XX, error: "bad_request", message: GATEWAY_MESSAGE },
  { type: DEFAULT_5XX, error: "internal_error", message: "something failed" },
];

/**
 * Gives whatever the gateway answers by itself one shape: `{"error", "message", "requestId"}`. Each type carries its
 * CORS headers, because a type that is set does not take over those of DEFAULT_4XX and DEFAULT_5XX.
 *
 * @param corsOrigins the origins whose pages may read the answers
 * @param more answers of types that not every API gives
 */
export function addGatewayResponses(
  api: apigateway.RestApi,
  corsOrigins: readonly string[],
  more: readonly GatewayAnswer[] = [],
): void {
  const cors = buildCorsHeaders(corsOrigins);
  for (const { type, statusCode, error, message, headers } of [
    ...ANSWERS,
    ...more,
  ]) {
    api.addGatewayResponse(type.responseType, {
      type,
      ...(statusCode !== undefined && { statusCode: String(statusCode) }),
      responseHeaders: quoteValues({ ...cors, ...headers }),
      templates: { "application/json": renderBody(error, message) },
    });
  }
}

function renderBody(error: string, message: string): string {
  const text = message === GATEWAY_MESSAGE ? message : JSON.stringify(message);
  return `{"error":${JSON.stringify(error)},"message":${text},"requestId":"$context.requestId"}`;
}

/** A mapping expression takes a literal between single quotes. */
function quoteValues(
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, `'${value}'`]),
  );
}
