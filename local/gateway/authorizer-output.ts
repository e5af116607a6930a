/**
 * Checks what a Lambda authorizer returned.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
import { isRecord, type JsonRecord } from "../json.ts";
import { malformedOutput } from "./malformed-output.ts";
import {
  parsePolicyDocument,
  type PolicyStatement,
} from "./policy-document.ts";

export interface AuthorizerResult {
  readonly principalId: string;
  /** As the function sent it, for display. */
  readonly policyDocument: unknown;
  readonly statements: readonly PolicyStatement[];
  /** Every value as text, which is how API Gateway passes numbers and booleans on. */
  readonly context: Readonly<Record<string, string>>;
  /** The value of the API key that counts the request. */
  readonly usageIdentifierKey: string | undefined;
}

/** Refuses a malformed output with a `MalformedOutputError`; members API Gateway does not know are ignored, as there. */
export function parseAuthorizerOutput(output: unknown): AuthorizerResult {
  if (!isRecord(output)) throw malformedOutput("the output is not an object");
  const { principalId, policyDocument, usageIdentifierKey } = output;
  if (typeof principalId !== "string" || principalId === "") {
    throw malformedOutput("principalId is missing or not text");
  }
  if (
    usageIdentifierKey !== undefined &&
    typeof usageIdentifierKey !== "string"
  ) {
    throw malformedOutput("usageIdentifierKey is not text");
  }
  return {
    principalId,
    policyDocument,
    statements: parsePolicyDocument(policyDocument),
    context: parseContext(output),
    usageIdentifierKey,
  };
}

function parseContext(output: JsonRecord): Readonly<Record<string, string>> {
  const { context } = output;
  if (context === undefined) return {};
  if (!isRecord(context)) throw malformedOutput("context is not an object");
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => {
      if (typeof value === "string") return [key, value];
      if (typeof value === "number" || typeof value === "boolean") {
        return [key, String(value)];
      }
      throw malformedOutput(
        `context.${key} is not a string, number or boolean`,
      );
    }),
  );
}
