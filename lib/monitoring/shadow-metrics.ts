import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { namespaceOf } from "./decision-metrics.ts";

export interface ShadowMetricsProps {
  /** The function that has a candidate in its shadow. */
  readonly function: lambda.IFunction;

  /** Its log. */
  readonly logGroup: logs.ILogGroup;
}

/** Members of a decision's line that say how a candidate fared, and the metrics that add them up. */
const COUNTS = {
  shadowAgreed: "ShadowAgreed",
  shadowDifferent: "ShadowDifferent",
  shadowFailed: "ShadowFailed",
  shadowDropped: "ShadowDropped",
} as const;

/** How often a candidate agreed, differed, failed and could not keep up, beside the metrics of the decisions. */
export class ShadowMetrics extends Construct {
  constructor(scope: Construct, id: string, props: ShadowMetricsProps) {
    super(scope, id);
    for (const [member, metricName] of Object.entries(COUNTS)) {
      const field = `$.message.${member}`;
      new logs.MetricFilter(this, metricName, {
        logGroup: props.logGroup,
        metricNamespace: namespaceOf(props.function),
        metricName,
        filterPattern: logs.FilterPattern.numberValue(field, ">=", 0),
        metricValue: field,
        unit: cloudwatch.Unit.COUNT,
      });
    }
  }
}
