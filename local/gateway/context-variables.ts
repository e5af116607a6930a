/**
 * `$context.*`: what templates, mappings and the access log can see of a request.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
import type { AuthorizerResult } from "./authorizer-output.ts";
import type { GatewayError } from "./gateway-error.ts";
import { findHeader, type GatewayRequest } from "./request.ts";

/** Name without `context.` → value; a variable without a value here is unset. */
export type ContextVariables = Readonly<Record<string, string>>;

export interface ApiIdentity {
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly stageName: string;
  readonly deploymentId: string | undefined;
}

export function requestVariables(
  request: GatewayRequest,
  api: ApiIdentity,
): ContextVariables {
  return withoutUnset({
    accountId: api.accountId,
    apiId: api.apiId,
    deploymentId: api.deploymentId,
    domainName: request.host,
    domainPrefix: request.host.split(/[.:]/)[0],
    extendedRequestId: request.requestId,
    httpMethod: request.method,
    "identity.sourceIp": request.sourceIp,
    "identity.userAgent": findHeader(request.headers, "user-agent"),
    path: `/${request.stageName}${request.path}`,
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: commonLogTime(request.receivedAtMs),
    requestTimeEpoch: String(request.receivedAtMs),
    stage: api.stageName,
    xrayTraceId: request.traceId.replace(/^Root=/, ""),
  });
}

export function routeVariables(route: {
  readonly resourceId: string;
  readonly resourcePath: string;
}): ContextVariables {
  return { resourceId: route.resourceId, resourcePath: route.resourcePath };
}

/** `$context.authorizer.*`; readable only when the authorizer returned a policy. */
export function authorizerVariables(
  result: AuthorizerResult,
): ContextVariables {
  return Object.fromEntries(
    Object.entries({
      ...result.context,
      principalId: result.principalId,
    }).map(([name, value]) => [`authorizer.${name}`, value]),
  );
}

/** How the authorizer's own run went; for the access log, where it is readable whatever came of it. */
export function authorizerRunVariables(run: {
  readonly status: number;
  readonly latencyMs: number;
  readonly requestId: string | undefined;
}): ContextVariables {
  const latency = String(Math.round(run.latencyMs));
  return withoutUnset({
    "authorizer.integrationLatency": latency,
    "authorizer.integrationStatus": "200",
    "authorizer.latency": latency,
    "authorizer.requestId": run.requestId,
    "authorizer.status": String(run.status),
  });
}

export function errorVariables(error: GatewayError): ContextVariables {
  return {
    "error.message": error.message ?? "",
    // Quoted, so that it can stand in JSON as it is: `null` for no message.
    "error.messageString": JSON.stringify(error.message),
    "error.responseType": error.type,
  };
}

export function responseVariables(response: {
  readonly status: number;
  readonly length: number;
  readonly latencyMs: number;
}): ContextVariables {
  return {
    status: String(response.status),
    responseLength: String(response.length),
    responseLatency: String(Math.round(response.latencyMs)),
  };
}

export function integrationVariables(integration: {
  readonly status: number | undefined;
  readonly latencyMs: number;
}): ContextVariables {
  const latency = String(Math.round(integration.latencyMs));
  const status = integration.status?.toString();
  return withoutUnset({
    integrationLatency: latency,
    "integration.latency": latency,
    integrationStatus: status,
    "integration.status": status,
  });
}

function withoutUnset(
  variables: Readonly<Record<string, string | undefined>>,
): ContextVariables {
  return Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

/** Set by nothing here, but good names all the same: they render as unset. */
const NEVER_SET = [
  "authenticate.error authenticate.latency authenticate.status",
  "authorize.error authorize.latency authorize.status",
  "awsEndpointRequestId awsEndpointRequestId2 customDomain.basePathMatched",
  "endpointType error.validationErrorString",
  "identity.accountId identity.apiKey identity.apiKeyId identity.caller",
  "identity.clientCert.clientCertPem identity.clientCert.issuerDN",
  "identity.clientCert.serialNumber identity.clientCert.subjectDN",
  "identity.clientCert.validity.notAfter identity.clientCert.validity.notBefore",
  "identity.cognitoAuthenticationProvider identity.cognitoAuthenticationType",
  "identity.cognitoIdentityId identity.cognitoIdentityPoolId",
  "identity.principalOrgId identity.user identity.userArn identity.vpcId",
  "identity.vpceId integration.error integration.integrationStatus",
  "integration.requestId integrationErrorMessage isCanaryRequest",
  "requestIdHeader tlsVersion cipherSuite waf.error waf.latency waf.status",
  "wafResponseCode webaclArn",
].flatMap((line) => line.split(" "));

const SET_HERE = [
  "accountId apiId deploymentId domainName domainPrefix extendedRequestId",
  "httpMethod identity.sourceIp identity.userAgent path protocol requestId",
  "requestTime requestTimeEpoch stage xrayTraceId resourceId resourcePath",
  "error.message error.messageString error.responseType status",
  "responseLength responseLatency integrationLatency integrationStatus",
  "integration.latency integration.status",
].flatMap((line) => line.split(" "));

const KNOWN_NAMES = new Set([...NEVER_SET, ...SET_HERE]);

/** Whether API Gateway has such a variable: a misspelt one would be silently empty on AWS. */
export function isContextVariable(name: string): boolean {
  return KNOWN_NAMES.has(name) || name.startsWith("authorizer.");
}

/** `09/Apr/2015:12:34:56 +0000` */
export function commonLogTime(epochMs: number): string {
  const [, day, month, year, time] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(epochMs).toUTCString()) ??
    [];
  return `${day ?? ""}/${month ?? ""}/${year ?? ""}:${time ?? ""} +0000`;
}
