/**
 * What AWS's published checks (the AwsSolutions rules of cdk-nag) say of this stack's API and is meant to be so, with
 * the reason, on the resource that it is about. Only what is on an API that the stack makes itself.
 */
import { Validations } from "aws-cdk-lib";
import type * as apigateway from "aws-cdk-lib/aws-apigateway";

export function acknowledgeFindings(
  api: apigateway.RestApi,
  hasFirewall: boolean,
): void {
  Validations.of(api.node.defaultChild ?? api).acknowledge({
    id: "AwsSolutions-APIG2",
    reason:
      "paths, parameters and bodies belong to the backend: the gateway forwards all of them and has no model to hold them against",
  });
  const { deploymentStage } = api;
  Validations.of(deploymentStage).acknowledge({
    id: "AwsSolutions-APIG6",
    reason:
      "every request has its line in the access log; execution logs stay off, since they write down headers and query strings, which the access log leaves out",
  });
  if (!hasFirewall) {
    Validations.of(deploymentStage).acknowledge({
      id: "AwsSolutions-APIG3",
      reason:
        "AWS WAF costs money and is an option of this stack (waf); junk tokens are refused without it in microseconds",
    });
  }
  const cloudWatchRole = api.node.tryFindChild("CloudWatchRole");
  if (cloudWatchRole !== undefined) {
    Validations.of(cloudWatchRole).acknowledge({
      id: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
      reason:
        "the role is one setting for all APIs of the account and region, and this policy is the one API Gateway documents for it; cloudWatchRole: false leaves it to the account's owner",
    });
  }
  for (const method of api.methods) {
    if (method.httpMethod === "OPTIONS") continue;
    Validations.of(method).acknowledge({
      id: "AwsSolutions-COG4",
      reason:
        "tokens are Auth0's, not Cognito's: the method has the tenant authorizer, without which synthesis fails",
    });
  }
}
