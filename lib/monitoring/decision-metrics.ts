import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/** Whose decisions are counted. */
export interface DecisionMetricsProps {
  /** The authorizer's function, whose name is in the metrics' namespace. */
  readonly function: lambda.IFunction;

  /** Its log. */
  readonly logGroup: logs.ILogGroup;
}

/** What a decision came to, as its log line says. */
export type Outcome = "allow" | "forbid" | "unauthenticated" | "could_not_tell";

/** Each decision's outcome, and the metric that counts it. */
const OUTCOMES: Readonly<Record<Outcome, string>> = {
  allow: "Allowed",
  forbid: "Forbidden",
  unauthenticated: "Unauthenticated",
  could_not_tell: "CouldNotTell",
};

/** A member of a decision's log line that is a number. */
export type MeasuredValue =
  | "keySetAgeSeconds"
  | "recordAgeSeconds"
  | "policyBytes"
  | "keyFetchFaults"
  | "tableFaults";

/** Members of a decision's line that are numbers, and the metrics with their values. */
const VALUES: Readonly<
  Record<
    MeasuredValue,
    { readonly name: string; readonly unit: cloudwatch.Unit }
  >
> = {
  keySetAgeSeconds: { name: "KeySetAge", unit: cloudwatch.Unit.SECONDS },
  recordAgeSeconds: { name: "RecordAge", unit: cloudwatch.Unit.SECONDS },
  policyBytes: { name: "PolicyBytes", unit: cloudwatch.Unit.BYTES },
  keyFetchFaults: { name: "KeyFetchFaults", unit: cloudwatch.Unit.COUNT },
  tableFaults: { name: "TableFaults", unit: cloudwatch.Unit.COUNT },
};

/** Of all metrics of a function: one for each, so that two of an account do not add up. */
export function namespaceOf({ functionName }: lambda.IFunction): string {
  return `Auth0TenantAuthorizer/${functionName}`;
}

/**
 * Metrics that CloudWatch Logs reads off the authorizer's decision lines (metric filters), so that the function itself
 * has nothing to import and nothing to wait for. Under Lambda's JSON log format the line is the `message` of what is
 * logged. Tenants are never a dimension: each would be a metric to pay for, and a token can name any number of them.
 */
export class DecisionMetrics extends Construct {
  /** Of all metrics here. */
  readonly namespace: string;
  readonly #logGroup: logs.ILogGroup;

  constructor(scope: Construct, id: string, props: DecisionMetricsProps) {
    super(scope, id);
    this.namespace = namespaceOf(props.function);
    this.#logGroup = props.logGroup;

    for (const [outcome, metricName] of Object.entries(OUTCOMES)) {
      this.#filter(metricName, {
        filterPattern: logs.FilterPattern.stringValue(
          "$.message.outcome",
          "=",
          outcome,
        ),
        // Counted in rates: without it a rate has no value while one of its counts has none.
        defaultValue: 0,
        unit: cloudwatch.Unit.COUNT,
      });
    }
    this.#filter("Reasons", {
      filterPattern: logs.FilterPattern.exists("$.message.reason"),
      // A closed union: lambda/core/reasons.ts.
      dimensions: { reason: "$.message.reason" },
      unit: cloudwatch.Unit.COUNT,
    });
    for (const [member, { name, unit }] of Object.entries(VALUES)) {
      const field = `$.message.${member}`;
      this.#filter(name, {
        filterPattern: logs.FilterPattern.numberValue(field, ">=", 0),
        metricValue: field,
        unit,
      });
    }
  }

  /** How many decisions had this outcome. */
  outcome(
    outcome: Outcome,
    options: cloudwatch.MetricOptions = {},
  ): cloudwatch.Metric {
    return this.#metric(OUTCOMES[outcome], { statistic: "Sum", ...options });
  }

  /** How many refusals and 503s had this reason. */
  reason(
    reason: string,
    options: cloudwatch.MetricOptions = {},
  ): cloudwatch.Metric {
    return this.#metric("Reasons", {
      statistic: "Sum",
      dimensionsMap: { reason },
      ...options,
    });
  }

  /** What decisions' lines hold under this member. */
  value(
    member: MeasuredValue,
    options: cloudwatch.MetricOptions = {},
  ): cloudwatch.Metric {
    return this.#metric(VALUES[member].name, {
      statistic: "Maximum",
      ...options,
    });
  }

  #filter(
    metricName: string,
    options: Omit<
      logs.MetricFilterOptions,
      "metricName" | "metricNamespace" | "filterName"
    >,
  ): void {
    new logs.MetricFilter(this, metricName, {
      logGroup: this.#logGroup,
      metricNamespace: this.namespace,
      metricName,
      ...options,
    });
  }

  #metric(
    metricName: string,
    options: cloudwatch.MetricOptions,
  ): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: this.namespace,
      metricName,
      period: Duration.minutes(1),
      ...options,
    });
  }
}
