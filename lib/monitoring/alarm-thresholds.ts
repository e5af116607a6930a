import { Duration } from "aws-cdk-lib";

/** Where the alarms are raised that depend on a team's traffic. docs/runbook.md says why they are what they are. */
export interface AlarmThresholds {
  /**
   * Share of decisions that could not be told, in percent.
   *
   * @default 1
   */
  readonly couldNotTellPercent?: number;

  /**
   * Decisions in five minutes that found no record for a good token.
   *
   * @default 20
   */
  readonly unknownTenants?: number;

  /**
   * What the slowest hundredth of a minute's decisions takes.
   *
   * @default Duration.millis(500)
   */
  readonly slowDecision?: Duration;

  /**
   * Share of the stage's requests that are answered with 5XX, in percent.
   *
   * @default 5
   */
  readonly serverErrorPercent?: number;

  /**
   * Runs of the authorizer in an hour, in percent of its requests.
   *
   * @default 50
   */
  readonly cacheMissPercent?: number;
}

export const DEFAULT_THRESHOLDS: Required<AlarmThresholds> = {
  couldNotTellPercent: 1,
  unknownTenants: 20,
  slowDecision: Duration.millis(500),
  serverErrorPercent: 5,
  cacheMissPercent: 50,
};
