import * as apigateway from "aws-cdk-lib/aws-apigateway";

/**
 * The tenant that the authorizer found, for the backend to rely on. A mapped header replaces the client's of the
 * same name; the context values are never empty, since an empty one might not.
 */
export const TENANT_HEADERS = {
  "integration.request.header.X-Tenant-Id": "context.authorizer.tenantId",
  "integration.request.header.X-Tenant-Client": "context.authorizer.clientId",
  "integration.request.header.X-Tenant-Subject": "context.authorizer.subject",
} as const;

/**
 * Integrations that forward to the same path below a base URL. The method of `proxy` must declare the path
 * parameter of that name.
 */
export function forwardTo(backendUrl: string): {
  readonly root: apigateway.Integration;
  readonly proxy: apigateway.Integration;
} {
  const base = backendUrl.replace(/\/+$/, "");
  return {
    root: forward(`${base}/`, {}),
    proxy: forward(`${base}/{proxy}`, {
      "integration.request.path.proxy": "method.request.path.proxy",
    }),
  };
}

function forward(
  url: string,
  requestParameters: Readonly<Record<string, string>>,
): apigateway.Integration {
  return new apigateway.HttpIntegration(url, {
    httpMethod: "ANY",
    proxy: true,
    options: { requestParameters: { ...requestParameters, ...TENANT_HEADERS } },
  });
}
