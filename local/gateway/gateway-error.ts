/**
 * The answers API Gateway gives on its own, before or instead of an integration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */

/** Type → the status it has unless the template says otherwise. */
export const DEFAULT_STATUS = {
  ACCESS_DENIED: 403,
  API_CONFIGURATION_ERROR: 500,
  AUTHORIZER_CONFIGURATION_ERROR: 500,
  AUTHORIZER_FAILURE: 500,
  BAD_REQUEST_BODY: 400,
  BAD_REQUEST_PARAMETERS: 400,
  DEFAULT_4XX: 400,
  DEFAULT_5XX: 500,
  EXPIRED_TOKEN: 403,
  INTEGRATION_FAILURE: 504,
  INTEGRATION_TIMEOUT: 504,
  INVALID_API_KEY: 403,
  INVALID_SIGNATURE: 403,
  MISSING_AUTHENTICATION_TOKEN: 403,
  QUOTA_EXCEEDED: 429,
  REQUEST_TOO_LARGE: 413,
  RESOURCE_NOT_FOUND: 404,
  THROTTLED: 429,
  UNAUTHORIZED: 401,
  UNSUPPORTED_MEDIA_TYPE: 415,
  WAF_FILTERED: 403,
} as const;

export type GatewayResponseType = keyof typeof DEFAULT_STATUS;

export function isGatewayResponseType(
  type: string,
): type is GatewayResponseType {
  return Object.hasOwn(DEFAULT_STATUS, type);
}

export interface GatewayError {
  readonly type: GatewayResponseType;
  /** `$context.error.message`; null for the authorizer's own failures, as API Gateway has it. */
  readonly message: string | null;
  /** Where the occasion has a status other than the type's. */
  readonly status?: number;
  /** For the log: a stable snake_case code. @default the type in lower case */
  readonly reason?: string;
  /** For the log: what exactly was wrong. */
  readonly detail?: string;
}

/** `x-amzn-ErrorType`, for the types whose value has been seen on AWS. */
export const ERROR_TYPE_HEADERS: Partial<Record<GatewayResponseType, string>> =
  {
    ACCESS_DENIED: "AccessDeniedException",
    AUTHORIZER_CONFIGURATION_ERROR: "AuthorizerConfigurationException",
    AUTHORIZER_FAILURE: "AuthorizerConfigurationException",
    INTEGRATION_FAILURE: "InternalServerErrorException",
    INTEGRATION_TIMEOUT: "InternalServerErrorException",
    MISSING_AUTHENTICATION_TOKEN: "MissingAuthenticationTokenException",
    UNAUTHORIZED: "UnauthorizedException",
  };
