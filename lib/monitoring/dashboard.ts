import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { DecisionMetrics } from "./decision-metrics.ts";
import type { TenantKeysMetrics } from "./tenant-keys-alarms.ts";
import type { StageMetrics } from "./stage-metrics.ts";

export interface DashboardContent {
  readonly decisions: DecisionMetrics;
  readonly function: lambda.IFunction;
  readonly stage: StageMetrics;
  /** `undefined` without `TenantChanges`. */
  readonly changes:
    | {
        readonly revocationLag: cloudwatch.IMetric;
        readonly flushes: cloudwatch.IMetric;
        readonly changes: cloudwatch.IMetric;
      }
    | undefined;
  /** `undefined` without `TenantPlans`. */
  readonly keys: TenantKeysMetrics | undefined;
  readonly alarms: readonly cloudwatch.IAlarm[];
}

/** From what clients see, over what was decided and why, to what it was decided from. */
export function buildWidgets(
  content: DashboardContent,
): cloudwatch.IWidget[][] {
  const { alarms, changes, keys } = content;
  return [
    [
      new cloudwatch.AlarmStatusWidget({
        title: "Alarms",
        width: 24,
        alarms: [...alarms],
      }),
    ],
    buildOutcomeRow(content),
    buildSourceRow(content),
    buildLoadRow(content),
    changes === undefined
      ? []
      : [
          graph("Seconds until a change of a tenant is in force", [
            changes.revocationLag,
          ]),
          graph("Changes of tenants, and flushes of the gateway's cache", [
            changes.changes,
            changes.flushes,
          ]),
        ],
    keys === undefined
      ? []
      : [
          graph("Usage keys made and removed", [
            keys.keysMade,
            keys.keysRemoved,
          ]),
          graph("Tenants without a key of their own (account's limit)", [
            keys.tenantsOverKeyLimit,
          ]),
        ],
  ].filter((row) => row.length > 0);
}

function buildOutcomeRow({
  decisions,
  stage,
}: DashboardContent): cloudwatch.IWidget[] {
  return [
    graph("Requests", [
      stage.requests(),
      stage.clientErrors(),
      stage.serverErrors(),
    ]),
    graph("Decisions", [
      decisions.outcome("allow"),
      decisions.outcome("forbid"),
      decisions.outcome("unauthenticated"),
      decisions.outcome("could_not_tell"),
    ]),
    new cloudwatch.GraphWidget({
      title: "Reasons",
      width: 8,
      stacked: true,
      left: [
        new cloudwatch.MathExpression({
          // All of them, also those that come with a later version.
          expression: `SEARCH('{"${decisions.namespace}",reason} MetricName="Reasons"', 'Sum')`,
          label: "",
          period: Duration.minutes(1),
        }),
      ],
    }),
  ];
}

function buildSourceRow({ decisions }: DashboardContent): cloudwatch.IWidget[] {
  return [
    graph("Oldest keys and records in use (s)", [
      decisions.value("keySetAgeSeconds"),
      decisions.value("recordAgeSeconds"),
    ]),
    graph("Faults of keys and table", [
      decisions.value("keyFetchFaults", { statistic: "Sum" }),
      decisions.value("tableFaults", { statistic: "Sum" }),
    ]),
    graph("Largest policy (bytes of 8,000)", [decisions.value("policyBytes")]),
  ];
}

function buildLoadRow({
  function: authorizer,
  stage,
}: DashboardContent): cloudwatch.IWidget[] {
  return [
    graph("Authorizer's time (ms)", [
      authorizer.metricDuration({ statistic: "p50", label: "p50" }),
      authorizer.metricDuration({ statistic: "p99", label: "p99" }),
      stage.latency({ label: "whole request, p99" }),
    ]),
    graph("Requests answered from the gateway's cache (%)", [
      new cloudwatch.MathExpression({
        expression: "100 * (1 - i / r)",
        label: "from the cache",
        usingMetrics: {
          i: authorizer.metricInvocations({ statistic: "Sum" }),
          r: stage.requests(),
        },
        period: Duration.minutes(5),
      }),
    ]),
    graph("Authorizer's runs at a time, and runs refused", [
      authorizer.metric("ConcurrentExecutions", { statistic: "Maximum" }),
      authorizer.metricThrottles({ statistic: "Sum" }),
    ]),
  ];
}

function graph(
  title: string,
  left: cloudwatch.IMetric[],
): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, width: 8, left });
}
