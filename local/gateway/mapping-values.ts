/**
 * The right-hand side of a parameter mapping: a literal, or a value of the request or its context.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html
 */
import { isContextVariable } from "./context-variables.ts";
import { findHeader, parseQuery, type GatewayRequest } from "./request.ts";
import type { SubstitutionScope } from "./substitution-template.ts";
import { templateError } from "./template-properties.ts";

export interface MappingScope extends SubstitutionScope {
  readonly request: GatewayRequest;
  /** Percent-decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** `undefined` when the request has no such value. */
export type MappingValue = (scope: MappingScope) => string | undefined;

/** Refuses a source that is not emulated (the request body, an integration's response) at start. */
export function parseMappingValue(
  expression: string,
  where: string,
): MappingValue {
  const literal = /^'(.*)'$/s.exec(expression);
  if (literal !== null) {
    const [, text = ""] = literal;
    return () => text;
  }
  const [, source, name = ""] =
    /^(context|stageVariables|method\.request\.[a-z]+)\.(.+)$/.exec(
      expression,
    ) ?? [];
  switch (source) {
    case "context":
      if (!isContextVariable(name)) {
        throw templateError(where, `there is no variable context.${name}`);
      }
      return ({ variables }) => own(variables, name);
    case "stageVariables":
      return ({ stageVariables }) => own(stageVariables, name);
    case "method.request.header":
      return ({ request }) => findHeader(request.headers, name);
    case "method.request.path":
      return ({ pathParameters }) => own(pathParameters, name);
    case "method.request.querystring":
      return ({ request }) =>
        parseQuery(request.rawQuery).findLast(([key]) => key === name)?.[1];
    case undefined:
    default:
      throw templateError(where, `mapping from ${expression} is not emulated`);
  }
}

function own(
  values: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
