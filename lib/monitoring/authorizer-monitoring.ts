import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import {
  type AlarmThresholds,
  DEFAULT_THRESHOLDS,
} from "./alarm-thresholds.ts";
import { createAlarm } from "./create-alarm.ts";
import { DecisionMetrics } from "./decision-metrics.ts";

/** What `TenantAuthorizer` has of each. */
export interface MonitoredAuthorizer {
  /** The function that decides, or an alias of it. */
  readonly function: lambda.IFunction;

  /** Its log. */
  readonly logGroup: logs.ILogGroup;

  /** How long it remembers a tenant's record. */
  readonly tenantCacheTtl: Duration;

  /** The age at which it fetches a key set again. */
  readonly jwksMaxAge: Duration;
}

/** What is watched, and where alarms are raised. */
export interface AuthorizerMonitoringProps {
  /** The authorizer that is watched. */
  readonly tenantAuthorizer: MonitoredAuthorizer;

  /**
   * Where the alarms are raised.
   *
   * @default - as each of them says
   */
  readonly thresholds?: AlarmThresholds;
}

/**
 * Metrics and alarms of the authorizer's function. They name the function and its log and nothing else, neither an API
 * nor an alias: so a deployment of the function can wait for them, and the API for the deployment, without a circle.
 */
export class AuthorizerMonitoring extends Construct {
  /** What is read off the decisions' lines. */
  readonly metrics: DecisionMetrics;

  /** All of them. */
  readonly alarms: readonly cloudwatch.Alarm[];

  /** Those that a new version of the function can raise by its own fault: worth taking it back. */
  readonly releaseAlarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: AuthorizerMonitoringProps) {
    super(scope, id);
    const { tenantAuthorizer } = props;
    const thresholds = { ...DEFAULT_THRESHOLDS, ...props.thresholds };
    const measured = withoutAlias(tenantAuthorizer.function);
    this.metrics = new DecisionMetrics(this, "Metrics", {
      function: measured,
      logGroup: tenantAuthorizer.logGroup,
    });

    this.releaseAlarms = [
      this.#watchCouldNotTell(thresholds.couldNotTellPercent),
      this.#watchNoDecision(measured),
      this.#watchBrokenRecords(),
      createAlarm(this, "SlowDecisions", {
        what: "The slowest decisions take longer than an authorizer should: clients wait for them, and some may end in 503.",
        section: "slow-decisions",
        metric: measured.metricDuration({
          statistic: "p99",
          period: Duration.minutes(1),
        }),
        threshold: thresholds.slowDecision.toMilliseconds(),
        periods: { raised: 3, of: 5 },
      }),
    ];
    this.alarms = [
      ...this.releaseAlarms,
      createAlarm(this, "UnknownTenants", {
        what: "Many good tokens come from applications that have no tenant record: their bearers get 403.",
        section: "unknown-tenants",
        metric: this.metrics.reason("tenant_not_found", {
          period: Duration.minutes(5),
        }),
        threshold: thresholds.unknownTenants,
      }),
      createAlarm(this, "StaleKeys", {
        what: "Signing keys are used beyond their age because the issuer does not give new ones. Nobody is refused yet, but for bearers of new keys.",
        section: "stale-keys",
        metric: this.metrics.value("keySetAgeSeconds"),
        threshold: secondsBeyond(tenantAuthorizer.jwksMaxAge, 60),
        periods: { raised: 2, of: 3 },
      }),
      createAlarm(this, "StaleRecords", {
        what: "Tenant records are used beyond their age because the table does not answer. Tenants that were not seen lately get 503.",
        section: "stale-records",
        metric: this.metrics.value("recordAgeSeconds"),
        threshold: secondsBeyond(tenantAuthorizer.tenantCacheTtl, 1),
        periods: { raised: 2, of: 3 },
      }),
      createAlarm(this, "Throttled", {
        what: "Lambda refused to run the authorizer for want of concurrency: requests without a kept answer get 503.",
        section: "throttled",
        metric: measured.metricThrottles({
          statistic: "Sum",
          period: Duration.minutes(1),
        }),
        threshold: 1,
      }),
    ];
  }

  #watchCouldNotTell(percent: number): cloudwatch.Alarm {
    const { metrics } = this;
    return createAlarm(this, "CouldNotTell", {
      what: "Decisions could not be told: their bearers get 503, whoever they are.",
      section: "could-not-tell",
      metric: new cloudwatch.MathExpression({
        label: "could not tell (%)",
        // Of three at least: one alone may be a connection that broke.
        expression: "IF(c >= 3, 100 * c / (a + f + u + c), 0)",
        usingMetrics: {
          a: metrics.outcome("allow"),
          f: metrics.outcome("forbid"),
          u: metrics.outcome("unauthenticated"),
          c: metrics.outcome("could_not_tell"),
        },
        period: Duration.minutes(1),
      }),
      threshold: percent,
      periods: { raised: 2, of: 3 },
    });
  }

  /** A 401 and a 503 count as Lambda errors; what fails beyond those never came to a decision. */
  #watchNoDecision(measured: lambda.IFunction): cloudwatch.Alarm {
    const { metrics } = this;
    const sum = { statistic: "Sum", period: Duration.minutes(1) };
    return createAlarm(this, "NoDecision", {
      what: "The authorizer fails without a decision: it does not start, runs out of time or memory, or its log does not arrive. Requests without a kept answer get 503.",
      section: "no-decision",
      metric: new cloudwatch.MathExpression({
        label: "invocations without a decision (%)",
        expression: "IF(i >= 3, 100 * (e - u - c) / i, 0)",
        usingMetrics: {
          i: measured.metricInvocations(sum),
          e: measured.metricErrors(sum),
          u: metrics.outcome("unauthenticated"),
          c: metrics.outcome("could_not_tell"),
        },
        period: Duration.minutes(1),
      }),
      threshold: 5,
      periods: { raised: 2, of: 3 },
    });
  }

  #watchBrokenRecords(): cloudwatch.Alarm {
    return createAlarm(this, "BrokenRecords", {
      what: "A tenant's record is not understood: that tenant gets 503.",
      section: "broken-records",
      metric: this.metrics.reason("record_broken", {
        period: Duration.minutes(5),
      }),
      threshold: 1,
    });
  }
}

/** An alias leads to its deployment, which may wait for these alarms; and its function's metrics cover it. */
function withoutAlias(named: lambda.IFunction): lambda.IFunction {
  return named instanceof lambda.Alias ? named.version.lambda : named;
}

/** Above the age at which it should have been renewed, in whole seconds: the lines hold no fractions. */
function secondsBeyond(age: Duration, margin: number): number {
  // What is known at deployment only cannot be added to.
  return age.isUnresolved() ? age.toSeconds() : age.toSeconds() + margin;
}
