import type * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";

/** What API Gateway itself measures of one stage, summed up. */
export interface StageMetrics {
  readonly requests: (options?: cloudwatch.MetricOptions) => cloudwatch.Metric;
  readonly clientErrors: (
    options?: cloudwatch.MetricOptions,
  ) => cloudwatch.Metric;
  readonly serverErrors: (
    options?: cloudwatch.MetricOptions,
  ) => cloudwatch.Metric;
  readonly latency: (options?: cloudwatch.MetricOptions) => cloudwatch.Metric;
}

/** API Gateway's metrics go by the API's name, not its id: two APIs of one name add up. */
export function createStageMetrics(
  api: apigateway.RestApi,
  stage: apigateway.IStage,
): StageMetrics {
  const metric =
    (metricName: string, statistic: string) =>
    (options: cloudwatch.MetricOptions = {}): cloudwatch.Metric =>
      new cloudwatch.Metric({
        namespace: "AWS/ApiGateway",
        metricName,
        dimensionsMap: { ApiName: api.restApiName, Stage: stage.stageName },
        statistic,
        ...options,
      });
  return {
    requests: metric("Count", "Sum"),
    clientErrors: metric("4XXError", "Sum"),
    serverErrors: metric("5XXError", "Sum"),
    latency: metric("Latency", "p99"),
  };
}
