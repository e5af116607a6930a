import * as apigateway from "aws-cdk-lib/aws-apigateway";

/**
 * Request parameters of an integration: the tenant that the authorizer found, for the backend to rely on. A mapped header replaces the client's of the
 * same name; the context values are never empty, since an empty one might not.
 */
export const TENANT_HEADERS: Readonly<Record<string, string>> = {
  "integration.request.header.X-Tenant-Id": "context.authorizer.tenantId",
  "integration.request.header.X-Tenant-Client": "context.authorizer.clientId",
  "integration.request.header.X-Tenant-Subject": "context.authorizer.subject",
};

/** What {@link forwardTo} gives. */
export interface BackendIntegrations {
  /** For the API's root. */
  readonly root: apigateway.Integration;

  /** For a resource named `{proxy+}`. */
  readonly proxy: apigateway.Integration;
}

/**
 * Integrations that forward to the same path below a base URL. The method of `proxy` must declare the path
 * parameter of that name.
 */
export function forwardTo(backendUrl: string): BackendIntegrations {
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
