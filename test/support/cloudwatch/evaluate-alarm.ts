/** What state an alarm of the template is in over time, given the points of its metrics. */
import type { StackResource } from "../../../local/stack.ts";
import { evaluateExpression } from "./metric-math.ts";
import type { MetricPoint } from "./metric-points.ts";

export type AlarmState = "OK" | "ALARM";

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly {
    readonly Name: string;
    readonly Value: string;
  }[];
}

interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: Metric;
    readonly Period: number;
    readonly Stat: string;
  };
  readonly ReturnData?: boolean;
}

interface AlarmProperties extends Partial<Metric> {
  readonly Period?: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Metrics?: readonly MetricQuery[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: string;
}

/**
 * The state after each period, from the first point on. A state is one of two here: missing data must be told to be
 * not breaching, which is all that these alarms are.
 */
export function evaluateAlarm(
  alarm: StackResource,
  points: readonly MetricPoint[],
): readonly AlarmState[] {
  const properties = alarm.properties as unknown as AlarmProperties;
  if (
    properties.ComparisonOperator !== "GreaterThanOrEqualToThreshold" ||
    properties.TreatMissingData !== "notBreaching"
  ) {
    throw new Error(`${alarm.logicalId} compares in a way not known here`);
  }
  const queries = queriesOf(properties);
  const periodMs = 1_000 * periodOf(queries);
  const inSight = points.filter((point) =>
    queries.some(({ MetricStat: stat }) => stat && isOf(point, stat.Metric)),
  );
  if (inSight.length === 0) return ["OK"];
  const first = Math.floor(
    Math.min(...inSight.map(({ atMs }) => atMs)) / periodMs,
  );
  const last = Math.floor(
    Math.max(...inSight.map(({ atMs }) => atMs)) / periodMs,
  );
  const values = Array.from({ length: last - first + 1 }, (_, index) =>
    valueIn(queries, inSight, (first + index) * periodMs, periodMs),
  );
  const { EvaluationPeriods: window, DatapointsToAlarm: needed = window } =
    properties;
  return values.map((_, index) =>
    values
      .slice(Math.max(0, index + 1 - window), index + 1)
      .filter((value) => value !== undefined && value >= properties.Threshold)
      .length >= needed
      ? "ALARM"
      : "OK",
  );
}

function queriesOf(alarm: AlarmProperties): readonly MetricQuery[] {
  if (alarm.Metrics !== undefined) return alarm.Metrics;
  const { Namespace, MetricName, Dimensions, Period } = alarm;
  const stat = alarm.Statistic ?? alarm.ExtendedStatistic;
  if (!Namespace || !MetricName || !Period || stat === undefined) {
    throw new Error("an alarm without a metric");
  }
  return [
    {
      Id: "m",
      ReturnData: true,
      MetricStat: {
        Metric: { Namespace, MetricName, ...(Dimensions && { Dimensions }) },
        Period,
        Stat: stat,
      },
    },
  ];
}

function periodOf(queries: readonly MetricQuery[]): number {
  const [period, ...others] = new Set(
    queries.flatMap(({ MetricStat: stat }) => stat?.Period ?? []),
  );
  if (period === undefined || others.length > 0) {
    throw new Error("the metrics of an alarm have different periods");
  }
  return period;
}

function valueIn(
  queries: readonly MetricQuery[],
  points: readonly MetricPoint[],
  fromMs: number,
  periodMs: number,
): number | undefined {
  const inPeriod = points.filter(
    ({ atMs }) => atMs >= fromMs && atMs < fromMs + periodMs,
  );
  const values = Object.fromEntries(
    queries.flatMap(({ Id: id, MetricStat: stat }) =>
      stat === undefined
        ? []
        : [
            [
              id,
              aggregate(
                stat.Stat,
                inPeriod
                  .filter((point) => isOf(point, stat.Metric))
                  .map(({ value }) => value),
              ),
            ],
          ],
    ),
  );
  const returned = queries.filter(({ ReturnData: isReturned }) => isReturned);
  const [query, ...others] = returned;
  if (query === undefined || others.length > 0) {
    throw new Error("an alarm looks at one value");
  }
  return query.Expression === undefined
    ? values[query.Id]
    : evaluateExpression(query.Expression, values);
}

/** A metric's dimensions are its name: a point with one more, or one less, is another metric's. */
function isOf(point: MetricPoint, metric: Metric): boolean {
  const dimensions = Object.fromEntries(
    (metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
  );
  const names = Object.keys(dimensions);
  return (
    point.namespace === metric.Namespace &&
    point.name === metric.MetricName &&
    names.length === Object.keys(point.dimensions).length &&
    names.every((name) => point.dimensions[name] === dimensions[name])
  );
}

function aggregate(
  statistic: string,
  values: readonly number[],
): number | undefined {
  if (values.length === 0) return undefined;
  if (statistic === "Sum") return values.reduce((sum, value) => sum + value, 0);
  if (statistic === "Maximum") return Math.max(...values);
  const [, percent] = /^p(\d{1,2})$/.exec(statistic) ?? [];
  if (percent === undefined) throw new Error(`not known: ${statistic}`);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((Number(percent) / 100) * sorted.length) - 1];
}
