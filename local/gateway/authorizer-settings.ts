/** An AWS::ApiGateway::Authorizer of type TOKEN, read at start. */
import type { SynthesizedStack } from "../stack.ts";
import { compileIdentityValidation } from "./identity-validation.ts";
import { functionOfUri } from "./integrations/lambda-uri.ts";
import {
  findNumber,
  findString,
  getString,
  refuse,
  templateError,
  type Properties,
} from "./template-properties.ts";

export interface AuthorizerSettings {
  /** The header that holds the token. */
  readonly headerName: string;
  /** Whether the header passes the validation expression; true for all without one. */
  readonly isWellFormed: (header: string) => boolean;
  /** 0 switches the result cache off. */
  readonly ttlSeconds: number;
  readonly functionLogicalId: string;
}

const DEFAULT_TTL_SECONDS = 300;
const MAX_TTL_SECONDS = 3600;

export function parseAuthorizerSettings(
  properties: Properties,
  stack: SynthesizedStack,
): AuthorizerSettings {
  const { where } = properties;
  if (getString(properties, "Type") !== "TOKEN") {
    throw templateError(where, "only TOKEN authorizers are emulated");
  }
  refuse(properties, "AuthorizerCredentials");
  const source = getString(properties, "IdentitySource");
  const [, headerName] = /^method\.request\.header\.(.+)$/.exec(source) ?? [];
  if (headerName === undefined) {
    throw templateError(where, `IdentitySource ${source} is not a header`);
  }
  const expression =
    findString(properties, "IdentityValidationExpression") ?? "";
  const ttlSeconds =
    findNumber(properties, "AuthorizerResultTtlInSeconds") ??
    DEFAULT_TTL_SECONDS;
  if (ttlSeconds < 0 || ttlSeconds > MAX_TTL_SECONDS) {
    throw templateError(where, "AuthorizerResultTtlInSeconds is out of range");
  }
  const uri = getString(properties, "AuthorizerUri");
  return {
    headerName,
    isWellFormed:
      expression === ""
        ? () => true
        : compileIdentityValidation(expression, where),
    ttlSeconds,
    functionLogicalId: functionOfUri(uri, stack, where).logicalId,
  };
}
