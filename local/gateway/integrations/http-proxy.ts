/** HTTP_PROXY: the request goes on to an HTTP backend, with the template's parameter mappings applied. */
import type { GatewayError } from "../gateway-error.ts";
import type { HttpResponse } from "../http-response.ts";
import { findHeader, replaceHeaders, type Header } from "../request.ts";
import {
  findString,
  getString,
  refuse,
  templateError,
  type Properties,
} from "../template-properties.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import { callHttp } from "./http-call.ts";
import {
  integrationTimeout,
  type Integrate,
  type IntegrationOutcome,
} from "./integration.ts";
import {
  buildQuery,
  fillPath,
  mapHeaders,
  parseMappings,
} from "./request-mappings.ts";

/** Renamed `x-amzn-Remapped-…` on the way back, as seen on AWS. */
const REMAPPED = new Set(["content-length", "date", "server"]);
const BODILESS = new Set(["DELETE", "GET", "HEAD", "OPTIONS"]);
const DROPPED = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "via",
]);

export function createHttpProxyIntegration(
  properties: Properties,
  timeoutMs: number,
): Integrate {
  const { where } = properties;
  refuse(properties, "ConnectionId", "Credentials", "TlsConfig");
  const method = findString(properties, "IntegrationHttpMethod") ?? "ANY";
  const { origin, path } = parseUri(getString(properties, "Uri"), where);
  const mappings = parseMappings(properties);
  for (const [, name] of path.matchAll(/\{([^{}]+)\}/g)) {
    if (!mappings.path.some((mapping) => mapping.name === name)) {
      throw templateError(
        where,
        `Uri holds {${name ?? ""}}, which is not mapped`,
      );
    }
  }

  return async ({ api, scope, body }) => {
    const { request } = scope;
    const headers = mapHeaders(
      replaceHeaders(forwardedHeaders(request), [
        ["Host", origin.host],
        ["x-amzn-apigateway-api-id", api.apiId],
        ...(findHeader(request.headers, "user-agent") === undefined
          ? [["User-Agent", `AmazonAPIGateway_${api.apiId}`] as const]
          : []),
        // Set here, because Node would send an empty POST in chunks.
        ...(body.length > 0 || !BODILESS.has(request.method)
          ? [["Content-Length", String(body.length)] as const]
          : []),
      ]),
      mappings.header,
      scope,
    );
    try {
      const response = await callHttp({
        origin,
        method: method === "ANY" ? request.method : method,
        pathAndQuery:
          fillPath(path, mappings.path, scope) +
          buildQuery(request.rawQuery, mappings.querystring, scope),
        headers,
        body,
        timeoutMs,
      });
      if (response === "timeout") return integrationTimeout();
      return {
        kind: "response",
        response: { ...response, headers: returnedHeaders(response) },
        backendStatus: response.status,
      };
    } catch (error) {
      return unreachable(error instanceof Error ? error.message : "unknown");
    }
  };
}

function returnedHeaders({ headers }: HttpResponse): readonly Header[] {
  return headers
    .filter(([name]) => !DROPPED.has(name.toLowerCase()))
    .map(([name, value]) => [
      REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name,
      value,
    ]);
}

function parseUri(
  uri: string,
  where: string,
): { readonly origin: URL; readonly path: string } {
  const [, origin, path = ""] =
    /^(https?:\/\/[^/?#{}$@]+)([^$]*)$/.exec(uri) ?? [];
  if (origin === undefined || !URL.canParse(origin)) {
    throw templateError(where, `Uri ${uri} is not an address we can call`);
  }
  return {
    origin: new URL(origin),
    path: path.startsWith("/") ? path : `/${path}`,
  };
}

function unreachable(detail: string): IntegrationOutcome {
  const error: GatewayError = {
    type: "INTEGRATION_FAILURE",
    message: "Network error communicating with endpoint",
    detail,
  };
  return { kind: "error", error };
}
