/** From log lines to the points that CloudWatch makes of them: by metric filters, and by the embedded metric format. */
import {
  resourcesOfType,
  type SynthesizedStack,
} from "../../../local/stack.ts";
import { nameOfResource } from "../../../local/stack-identifiers.ts";
import { parseFilterPattern, select } from "./filter-pattern.ts";

export interface MetricPoint {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly atMs: number;
}

export interface LoggedLine {
  readonly line: string;
  readonly atMs: number;
}

interface Transformation {
  readonly MetricName: string;
  readonly MetricNamespace: string;
  readonly MetricValue: string;
  readonly DefaultValue?: number;
  readonly Dimensions?: readonly {
    readonly Key: string;
    readonly Value: string;
  }[];
}

/** What the stack's metric filters on this log group make of its lines. */
export function filterLines(
  stack: SynthesizedStack,
  logGroupName: string,
  lines: readonly LoggedLine[],
): readonly MetricPoint[] {
  const filters = resourcesOfType(stack, "AWS::Logs::MetricFilter").filter(
    ({ properties }) => properties["LogGroupName"] === logGroupName,
  );
  if (filters.length === 0) throw new Error(`no filters on ${logGroupName}`);
  return filters.flatMap(({ properties }) => {
    const matches = parseFilterPattern(String(properties["FilterPattern"]));
    const transformations = properties[
      "MetricTransformations"
    ] as readonly Transformation[];
    return transformations.flatMap((transformation) =>
      lines.flatMap(({ line, atMs }) => {
        const event = parseJson(line);
        const point = matches(event)
          ? transform(event, transformation)
          : transformation.DefaultValue === undefined
            ? undefined
            : { value: transformation.DefaultValue, dimensions: {} };
        return point === undefined
          ? []
          : [
              {
                namespace: transformation.MetricNamespace,
                name: transformation.MetricName,
                atMs,
                ...point,
              },
            ];
      }),
    );
  });
}

function transform(
  event: unknown,
  { MetricValue, Dimensions = [], DefaultValue }: Transformation,
): Pick<MetricPoint, "value" | "dimensions"> | undefined {
  if (Dimensions.length > 0 && DefaultValue !== undefined) {
    throw new Error("a metric filter has dimensions or a default value");
  }
  const value = MetricValue.startsWith("$.")
    ? select(event, MetricValue)
    : Number(MetricValue);
  const dimensions = Dimensions.map(
    ({ Key, Value }) => [Key, select(event, Value)] as const,
  );
  // What CloudWatch makes of a line without the value or a dimension is not documented: count on nothing.
  return typeof value === "number" &&
    dimensions.every(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    )
    ? { value, dimensions: Object.fromEntries(dimensions) }
    : undefined;
}

interface EmbeddedMetrics {
  readonly Timestamp: number;
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string }[];
  }[];
}

/** What the embedded metric format makes of a function's lines (its specification): `_aws` stands at the root. */
export function embeddedPoints(
  lines: readonly LoggedLine[],
): readonly MetricPoint[] {
  return lines.flatMap(({ line, atMs }) => {
    const event = parseJson(line);
    const embedded = select(event, "$._aws") as EmbeddedMetrics | undefined;
    return (embedded?.CloudWatchMetrics ?? []).flatMap(
      ({ Namespace: namespace, Dimensions: sets, Metrics: metrics }) =>
        sets.flatMap((set) =>
          metrics.map(({ Name: name }) => ({
            namespace,
            name,
            dimensions: Object.fromEntries(
              set.map((key) => [key, String(select(event, `$.${key}`))]),
            ),
            value: Number(select(event, `$.${name}`)),
            atMs,
          })),
        ),
    );
  });
}

/** The log group that a function of the stack writes to. */
export function logGroupOf(
  stack: SynthesizedStack,
  functionLogicalId: string,
): string {
  const logging =
    stack.resources.get(functionLogicalId)?.properties["LoggingConfig"];
  const name = select(logging, "$.LogGroup");
  const group = resourcesOfType(stack, "AWS::Logs::LogGroup").find(
    (resource) => nameOfResource(resource, stack) === name,
  );
  if (group === undefined) throw new Error(`no log of ${functionLogicalId}`);
  return nameOfResource(group, stack);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A JSON pattern matches no line that is not JSON.
    return undefined;
  }
}
