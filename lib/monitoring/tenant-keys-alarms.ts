import { Duration } from "aws-cdk-lib";
import type * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { METRIC_NAMESPACE } from "../../lambda/tenant-keys/env-names.ts";
import { createAlarm } from "./create-alarm.ts";

/** What the function that makes usage keys measures. */
export interface TenantKeysMetrics {
  /** Keys made. */
  readonly keysMade: cloudwatch.IMetric;

  /** Keys removed that no tenant needed any more. */
  readonly keysRemoved: cloudwatch.IMetric;

  /** Tenants without a key of their own because the account has as many as it may. */
  readonly tenantsOverKeyLimit: cloudwatch.IMetric;
}

/** As the function writes them (lambda/tenant-keys/adapters/keys-metrics.ts). */
export function createTenantKeysMetrics(
  stage: apigateway.IStage,
): TenantKeysMetrics {
  const metric = (metricName: string, statistic: string): cloudwatch.Metric =>
    new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: {
        apiId: stage.restApi.restApiId,
        stage: stage.stageName,
      },
      statistic,
      period: Duration.minutes(5),
    });
  return {
    keysMade: metric("TenantKeysMade", "Sum"),
    keysRemoved: metric("TenantKeysRemoved", "Sum"),
    tenantsOverKeyLimit: metric("TenantsOverKeyLimit", "Maximum"),
  };
}

/** Alarms on the function that makes usage keys. While one is raised tenants share a key: nobody is locked out. */
export function addTenantKeysAlarms(
  scope: Construct,
  keysFunction: lambda.IFunction,
  { tenantsOverKeyLimit }: TenantKeysMetrics,
): readonly cloudwatch.Alarm[] {
  return [
    createAlarm(scope, "FailingAlarm", {
      what: "Usage keys cannot be made at the moment; it is tried again. Until then new tenants share their plan's key: nobody is locked out.",
      section: "keys-failing",
      metric: keysFunction.metricErrors({
        period: Duration.minutes(15),
        statistic: cloudwatch.Stats.SUM,
      }),
      // Lambda tries a sweep that failed twice more, within minutes: of three failures two share a quarter of an hour.
      threshold: 2,
    }),
    createAlarm(scope, "KeyLimitAlarm", {
      what: "The account has as many API keys as it may (10,000 per region). Tenants without one of their own share their plan's key.",
      section: "key-limit",
      metric: tenantsOverKeyLimit,
      threshold: 1,
    }),
  ];
}
