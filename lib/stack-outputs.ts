import { CfnOutput, type Stack } from "aws-cdk-lib";
import type * as apigateway from "aws-cdk-lib/aws-apigateway";
import type { ApiDomain } from "./api-domain.ts";
import type { TenantAuthorizer } from "./tenant-authorizer.ts";
import type { TenantPlans } from "./tenant-plans.ts";

export interface DeployedParts {
  readonly api: apigateway.RestApi;
  readonly domain: ApiDomain | undefined;
  readonly tenantAuthorizer: TenantAuthorizer;
  readonly tenantPlans: TenantPlans | undefined;
  readonly clientCertificateId: string | undefined;
}

/** What a deployment tells: the names under which people and commands find its parts. They are a contract. */
export function addStackOutputs(
  stack: Stack,
  {
    api,
    domain,
    tenantAuthorizer,
    tenantPlans,
    clientCertificateId,
  }: DeployedParts,
): void {
  new CfnOutput(stack, "ApiUrl", {
    value: domain?.url ?? api.url,
    description: "Where the API is served",
  });
  if (domain !== undefined) {
    new CfnOutput(stack, "ApiDomainTarget", {
      value: domain.target,
      description: "What the DNS record of the API's domain must point at",
    });
    new CfnOutput(stack, "ApiDomainTargetZone", {
      value: domain.targetZoneId,
      description: "The hosted zone of that target, for an alias record",
    });
  }
  new CfnOutput(stack, "TenantTableName", {
    value: tenantAuthorizer.table.tableName,
    description: "The DynamoDB table that holds the tenant records",
  });
  new CfnOutput(stack, "AuthorizerFunctionName", {
    value: tenantAuthorizer.function.functionName,
    description: "The Lambda function that decides",
  });
  if (tenantPlans !== undefined) {
    new CfnOutput(stack, "TenantKeysFunctionName", {
      value: tenantPlans.function.functionName,
      description:
        "The Lambda function that makes usage keys; invoke it to compare all tenants with all keys now",
    });
  }
  if (clientCertificateId !== undefined) {
    new CfnOutput(stack, "BackendClientCertificateId", {
      value: clientCertificateId,
      description:
        "The client certificate that the backend must verify; aws apigateway get-client-certificate shows it",
    });
  }
}
