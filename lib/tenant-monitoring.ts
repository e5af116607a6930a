import { Duration } from "aws-cdk-lib";
import type * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type * as logs from "aws-cdk-lib/aws-logs";
import type * as sns from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { definedOnly } from "./defined-only.ts";
import {
  type AlarmThresholds,
  DEFAULT_THRESHOLDS,
} from "./monitoring/alarm-thresholds.ts";
import {
  AuthorizerMonitoring,
  type MonitoredAuthorizer,
} from "./monitoring/authorizer-monitoring.ts";
import { buildWidgets } from "./monitoring/dashboard.ts";
import { SavedQueries } from "./monitoring/saved-queries.ts";
import { StageAlarms } from "./monitoring/stage-alarms.ts";
import { createStageMetrics } from "./monitoring/stage-metrics.ts";
import type { TenantChanges } from "./tenant-changes.ts";
import type { TenantPlans } from "./tenant-plans.ts";

/** What is watched, and who is told. */
export interface TenantMonitoringProps {
  /** The authorizer that is watched: a `TenantAuthorizer`, or what is watched of one. */
  readonly tenantAuthorizer: MonitoredAuthorizer & {
    /** The API that it guards. */
    readonly api: apigateway.RestApi;

    /** How long the gateway may repeat an answer; with 0 nobody watches for cache misses. */
    readonly resultsCacheTtl: Duration;
  };

  /** The stage of its API. */
  readonly stage: apigateway.IStage;

  /**
   * What empties the stage's authorizer cache; its alarms are sent to the topic as well.
   *
   * @default - none
   */
  readonly tenantChanges?: TenantChanges;

  /**
   * What makes the tenants' usage keys; its alarms are sent to the topic as well.
   *
   * @default - none
   */
  readonly tenantPlans?: TenantPlans;

  /**
   * The stage's access log, with the fields that `AccessLog` gives it.
   *
   * @default - the saved queries about requests are left out
   */
  readonly accessLog?: logs.ILogGroup;

  /**
   * Who is told when an alarm is raised, and when it is over. A topic that is encrypted with the key `aws/sns` takes
   * nothing from CloudWatch.
   *
   * @default - nobody
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * Where alarms are raised.
   *
   * @default - as each of them says
   */
  readonly thresholds?: AlarmThresholds;

  /**
   * The alarms and metrics of the function, where they had to be made before there was a stage.
   *
   * @default - made here
   */
  readonly authorizerMonitoring?: AuthorizerMonitoring;
}

/**
 * Eyes on an authorizer, its stage, its flushes and its usage keys: metrics off the decision lines, alarms that each have a section in
 * docs/runbook.md, a dashboard, and saved Logs Insights queries. The function takes no part in it.
 *
 * ```ts
 * new TenantMonitoring(this, "Monitoring", {
 *   tenantAuthorizer: tenants,
 *   stage: api.deploymentStage,
 *   alarmTopic: topic,
 * });
 * ```
 */
export class TenantMonitoring extends Construct {
  /** Metrics and alarms of the function alone. */
  readonly authorizer: AuthorizerMonitoring;

  /** Alarms that name the API's stage: these a deployment of the function must not wait for. */
  readonly stageAlarms: readonly cloudwatch.Alarm[];

  /** All alarms, those of `tenantChanges` and `tenantPlans` included. */
  readonly alarms: readonly cloudwatch.Alarm[];

  /** From what clients see to what it was decided from. */
  readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: TenantMonitoringProps) {
    super(scope, id);
    const { tenantAuthorizer, tenantChanges, tenantPlans, alarmTopic } = props;
    const thresholds = { ...DEFAULT_THRESHOLDS, ...props.thresholds };
    this.authorizer =
      props.authorizerMonitoring ??
      new AuthorizerMonitoring(this, "Authorizer", {
        tenantAuthorizer,
        thresholds,
      });

    const stage = createStageMetrics(tenantAuthorizer.api, props.stage);
    const { function: authorizer, resultsCacheTtl } = tenantAuthorizer;
    this.stageAlarms = new StageAlarms(this, "Stage", {
      stage,
      function: authorizer,
      resultsCacheTtl,
      thresholds,
    }).alarms;

    this.alarms = [
      ...this.authorizer.alarms,
      ...this.stageAlarms,
      ...(tenantChanges?.alarms ?? []),
      ...(tenantPlans?.alarms ?? []),
    ];
    if (alarmTopic !== undefined) {
      for (const alarm of this.alarms) {
        alarm.addAlarmAction(new SnsAction(alarmTopic));
        alarm.addOkAction(new SnsAction(alarmTopic));
      }
    }

    this.dashboard = new cloudwatch.Dashboard(this, "Dashboard", {
      defaultInterval: Duration.hours(3),
      widgets: buildWidgets({
        decisions: this.authorizer.metrics,
        function: authorizer,
        stage,
        changes: tenantChanges?.metrics,
        keys: tenantPlans?.metrics,
        alarms: this.alarms,
      }),
    });
    new SavedQueries(this, "Queries", {
      decisions: tenantAuthorizer.logGroup,
      ...definedOnly({ accessLog: props.accessLog }),
    });
  }
}
