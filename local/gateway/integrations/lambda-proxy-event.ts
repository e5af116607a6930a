/**
 * The event of an AWS_PROXY integration, format version 1.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
import { commonLogTime } from "../context-variables.ts";
import { findHeader, parseQuery, type GatewayRequest } from "../request.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import type { IntegrationCall } from "./integration.ts";

export function buildLambdaProxyEvent(
  { api, scope, resourceId, resourcePath, body, authorizer }: IntegrationCall,
  isBinary: boolean,
): Readonly<Record<string, unknown>> {
  const { request, pathParameters, stageVariables } = scope;
  const headers = groupByName(forwardedHeaders(request), true);
  const query = groupByName(parseQuery(request.rawQuery), false);
  return {
    resource: resourcePath,
    path: request.path,
    httpMethod: request.method,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: nullIfEmpty(lastValues(query)),
    multiValueQueryStringParameters: nullIfEmpty(allValues(query)),
    pathParameters: nullIfEmpty(pathParameters),
    stageVariables: nullIfEmpty(stageVariables),
    requestContext: {
      resourceId,
      ...(authorizer === undefined
        ? {}
        : {
            authorizer: {
              ...authorizer.result.context,
              principalId: authorizer.result.principalId,
              integrationLatency: Math.round(authorizer.latencyMs),
            },
          }),
      resourcePath,
      httpMethod: request.method,
      extendedRequestId: request.requestId,
      requestTime: commonLogTime(request.receivedAtMs),
      path: `/${request.stageName}${request.path}`,
      accountId: api.accountId,
      protocol: request.protocol,
      stage: api.stageName,
      domainPrefix: request.host.split(/[.:]/)[0],
      requestTimeEpoch: request.receivedAtMs,
      requestId: request.requestId,
      identity: identityOf(request),
      domainName: request.host,
      deploymentId: api.deploymentId ?? null,
      apiId: api.apiId,
    },
    body:
      body.length === 0 ? null : body.toString(isBinary ? "base64" : "utf8"),
    isBase64Encoded: body.length > 0 && isBinary,
  };
}

function identityOf({ sourceIp, headers }: GatewayRequest) {
  return {
    cognitoIdentityPoolId: null,
    accountId: null,
    cognitoIdentityId: null,
    caller: null,
    sourceIp,
    principalOrgId: null,
    accessKey: null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: null,
    userAgent: findHeader(headers, "user-agent") ?? null,
    user: null,
  };
}

interface Named {
  readonly name: string;
  readonly values: readonly string[];
}

/** Header names are one in any letter case, and keep the first one's spelling; query names are as they are. */
function groupByName(
  pairs: readonly (readonly [string, string])[],
  ignoreCase: boolean,
): readonly Named[] {
  const groups = Map.groupBy(pairs, ([name]) =>
    ignoreCase ? name.toLowerCase() : name,
  );
  return [...groups.values()].map((group) => ({
    name: group[0]?.[0] ?? "",
    values: group.map(([, value]) => value),
  }));
}

function lastValues(named: readonly Named[]): Record<string, string> {
  return Object.fromEntries(
    named.map(({ name, values }) => [name, values.at(-1) ?? ""]),
  );
}

function allValues(named: readonly Named[]): Record<string, readonly string[]> {
  return Object.fromEntries(named.map(({ name, values }) => [name, values]));
}

function nullIfEmpty<Values extends object>(values: Values): Values | null {
  return Object.keys(values).length === 0 ? null : values;
}
