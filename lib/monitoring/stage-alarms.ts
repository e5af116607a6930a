import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { AlarmThresholds } from "./alarm-thresholds.ts";
import { createAlarm } from "./create-alarm.ts";
import type { StageMetrics } from "./stage-metrics.ts";

export interface StageAlarmsProps {
  readonly stage: StageMetrics;

  /** The authorizer's function. */
  readonly function: lambda.IFunction;

  /** How long the gateway keeps an answer. */
  readonly resultsCacheTtl: Duration;

  readonly thresholds: Required<AlarmThresholds>;
}

/** Alarms about the API in front of the authorizer. */
export class StageAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: StageAlarmsProps) {
    super(scope, id);
    this.alarms = [
      this.#watchServerErrors(props),
      // With nothing kept every request runs the authorizer, as asked for.
      ...(isZero(props.resultsCacheTtl) ? [] : [this.#watchCacheMisses(props)]),
    ];
  }

  #watchServerErrors({ stage, thresholds }: StageAlarmsProps) {
    return createAlarm(this, "ServerErrors", {
      what: "Requests are answered with 5XX, by the backend or because the authorizer could not tell.",
      section: "server-errors",
      metric: new cloudwatch.MathExpression({
        label: "5XX (%)",
        expression: "IF(r >= 20, 100 * e / r, 0)",
        usingMetrics: { e: stage.serverErrors(), r: stage.requests() },
        period: Duration.minutes(1),
      }),
      threshold: thresholds.serverErrorPercent,
      periods: { raised: 2, of: 3 },
    });
  }

  #watchCacheMisses(props: StageAlarmsProps): cloudwatch.Alarm {
    return createAlarm(this, "CacheMisses", {
      what: "The authorizer runs for more of the requests than its kept answers should leave: it works, and costs more than it need.",
      section: "cache-misses",
      metric: new cloudwatch.MathExpression({
        label: "authorizer runs per request (%)",
        expression: "IF(r >= 100, 100 * i / r, 0)",
        usingMetrics: {
          i: props.function.metricInvocations({ statistic: "Sum" }),
          r: props.stage.requests(),
        },
        period: Duration.hours(1),
      }),
      threshold: props.thresholds.cacheMissPercent,
    });
  }
}

function isZero(duration: Duration): boolean {
  return !duration.isUnresolved() && duration.toMilliseconds() === 0;
}
