/** Renders API Gateway's own answers from the template's AWS::ApiGateway::GatewayResponse resources. */
import { errorVariables } from "./context-variables.ts";
import {
  DEFAULT_STATUS,
  ERROR_TYPE_HEADERS,
  isGatewayResponseType,
  type GatewayError,
  type GatewayResponseType,
} from "./gateway-error.ts";
import { isSendableHeader, type HttpResponse } from "./http-response.ts";
import {
  parseMappingValue,
  type MappingScope,
  type MappingValue,
} from "./mapping-values.ts";
import { replaceHeaders, type Header } from "./request.ts";
import {
  parseSubstitutionTemplate,
  type SubstitutionTemplate,
} from "./substitution-template.ts";
import {
  findNumber,
  getString,
  getStringMap,
  templateError,
  type Properties,
} from "./template-properties.ts";

export type RenderGatewayResponse = (
  error: GatewayError,
  scope: MappingScope,
) => HttpResponse;

interface GatewayResponse {
  readonly status: number | undefined;
  readonly headers: readonly (readonly [string, MappingValue])[];
  readonly contentType: string;
  readonly body: SubstitutionTemplate;
}

const JSON_TYPE = "application/json";

const DEFAULT_RESPONSE = builtIn('{"message":$context.error.messageString}');
/** With a capital M, as seen on AWS wherever ACCESS_DENIED is not customised. */
const DEFAULT_ACCESS_DENIED = builtIn(
  '{"Message":$context.error.messageString}',
);

/** `resources` are those of one API. A specific type takes nothing over from DEFAULT_4XX or DEFAULT_5XX. */
export function createGatewayResponses(
  resources: readonly Properties[],
): RenderGatewayResponse {
  const customised = new Map<GatewayResponseType, GatewayResponse>();
  for (const resource of resources) {
    const type = getString(resource, "ResponseType");
    if (!isGatewayResponseType(type)) {
      throw templateError(resource.where, `there is no ResponseType ${type}`);
    }
    customised.set(type, parseGatewayResponse(resource));
  }

  return (error, scope) => {
    const occasion = error.status ?? DEFAULT_STATUS[error.type];
    const response =
      customised.get(error.type) ??
      customised.get(occasion < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX") ??
      (error.type === "ACCESS_DENIED"
        ? DEFAULT_ACCESS_DENIED
        : DEFAULT_RESPONSE);
    const variables = { ...scope.variables, ...errorVariables(error) };
    const errorScope = { ...scope, variables };
    const ownHeaders: Header[] = [["Content-Type", response.contentType]];
    const errorType = ERROR_TYPE_HEADERS[error.type];
    if (errorType !== undefined)
      ownHeaders.push(["x-amzn-ErrorType", errorType]);
    return {
      status: response.status ?? occasion,
      headers: replaceHeaders(
        ownHeaders,
        response.headers.flatMap(([name, value]): readonly Header[] => {
          const text = value(errorScope);
          return text === undefined ? [] : [[name, text]];
        }),
      ).filter(isSendableHeader),
      // Values go in as they are: a quotation mark in one would break a JSON body on AWS too.
      body: Buffer.from(response.body(errorScope, (value) => value ?? "")),
    };
  };
}

function parseGatewayResponse(properties: Properties): GatewayResponse {
  const templates = getStringMap(properties, "ResponseTemplates");
  // Of several templates AWS picks by the request's headers, in a way it does not document: JSON is taken here.
  const contentType =
    JSON_TYPE in templates
      ? JSON_TYPE
      : (Object.keys(templates)[0] ?? JSON_TYPE);
  const template = templates[contentType];
  return {
    status: findNumber(properties, "StatusCode"),
    headers: Object.entries(getStringMap(properties, "ResponseParameters")).map(
      ([target, source]) => {
        const [, name] = /^gatewayresponse\.header\.(.+)$/.exec(target) ?? [];
        if (name === undefined) {
          throw templateError(properties.where, `cannot map to ${target}`);
        }
        return [name, parseMappingValue(source, properties.where)];
      },
    ),
    contentType,
    body:
      template === undefined
        ? DEFAULT_RESPONSE.body
        : parseSubstitutionTemplate(template, properties.where),
  };
}

function builtIn(template: string): GatewayResponse {
  return {
    status: undefined,
    headers: [],
    contentType: JSON_TYPE,
    body: parseSubstitutionTemplate(template, "the built-in response"),
  };
}
