import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { describeAlarm, type RunbookSection } from "./runbook.ts";

export interface AlarmDefinition {
  /** What is the case while it is raised, and for whom. */
  readonly what: string;
  readonly section: RunbookSection;
  readonly metric: cloudwatch.IMetric;
  /** Raised at this value, and above. */
  readonly threshold: number;
  /**
   * In how many of how many periods.
   *
   * @default - once
   */
  readonly periods?: { readonly raised: number; readonly of: number };
}

/** Where nothing is measured nothing is raised: these metrics are silent while there is no traffic. */
export function createAlarm(
  scope: Construct,
  id: string,
  { what, section, metric, threshold, periods }: AlarmDefinition,
): cloudwatch.Alarm {
  return new cloudwatch.Alarm(scope, id, {
    alarmDescription: describeAlarm(what, section),
    metric,
    threshold,
    comparisonOperator:
      cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    datapointsToAlarm: periods?.raised ?? 1,
    evaluationPeriods: periods?.of ?? 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
}
