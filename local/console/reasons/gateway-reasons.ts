/** What the gateway says by itself, before the authorizer is asked or after it has answered. */
import type { StepName } from "../api.ts";

export interface GatewayReason {
  readonly step: StepName;
  readonly meaning: string;
  readonly advice: string;
}

export const GATEWAY_REASONS: Readonly<Record<string, GatewayReason>> = {
  identity_missing: {
    step: "token",
    meaning: "the request has no Authorization header",
    advice:
      "Send “Authorization: Bearer” and an access token. The gateway answered by itself; the authorizer was not asked.",
  },
  identity_malformed: {
    step: "token",
    meaning: "the Authorization header does not even look like a bearer token",
    advice:
      "Send “Bearer”, one space and a JWT. The gateway answered by itself; the authorizer was not asked.",
  },
  token_refused: {
    step: "token",
    meaning: "the authorizer refused the token",
    advice:
      "Why is in its log line, which did not arrive in time: send the request again.",
  },
  implicit_deny: {
    step: "gateway",
    meaning: "no statement of the policy covers the request",
    advice: "Compare the request with the record’s routes.",
  },
  explicit_deny: {
    step: "gateway",
    meaning: "a statement of the policy denies the request",
    advice: "Look for the denial among the record’s routes.",
  },
  authorizer_failure: {
    step: "gateway",
    meaning: "the authorizer failed or took too long",
    advice: "Look at its log in the terminal (key v), and try again.",
  },
  authorizer_configuration_error: {
    step: "gateway",
    meaning: "the authorizer answered with something that is no policy",
    advice: "This is a fault of the authorizer: report it with the detail.",
  },
  method_arn_too_long: {
    step: "token",
    meaning: "the path is too long for the authorizer’s event",
    advice: "Shorten the path: a method ARN holds 1,600 bytes.",
  },
  headers_too_large: {
    step: "token",
    meaning: "request line and headers are over 10,240 bytes",
    advice: "Send fewer headers, or a smaller token.",
  },
  request_too_large: {
    step: "token",
    meaning: "the body is over 10 MiB",
    advice: "Send less.",
  },
  missing_authentication_token: {
    step: "token",
    meaning: "the API has no such route",
    advice:
      "The name is API Gateway’s, and misleading: look at method and path.",
  },
  integration_failure: {
    step: "backend",
    meaning: "the backend could not be reached, or gave no usable answer",
    advice: "The request was let in; look at the backend.",
  },
  integration_timeout: {
    step: "backend",
    meaning: "the backend did not answer within 29 seconds",
    advice: "The request was let in; look at the backend.",
  },
  gateway_fault: {
    step: "gateway",
    meaning: "a bug of the local gateway",
    advice: "Report it with the detail.",
  },
};
