import {
  findNested,
  findNumber,
  findString,
  getList,
  getString,
  propertiesOf,
  templateError,
  type Properties,
} from "../gateway/template-properties.ts";
import { findFunctionByArn, nameOfResource } from "../stack-identifiers.ts";
import {
  resourcesOfType,
  type StackResource,
  type SynthesizedStack,
} from "../stack.ts";

/** An `AWS::Lambda::EventSourceMapping` of a DynamoDB stream, with the Lambda service's defaults filled in. */
export interface MappingDefinition {
  readonly logicalId: string;
  readonly functionLogicalId: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  /** After the first attempt; infinite unless the template says otherwise, as is the age. */
  readonly maxRetryAttempts: number;
  readonly maxRecordAgeMs: number;
  readonly bisects: boolean;
  readonly reportsItemFailures: boolean;
  /** The ARN of the queue that hears of what was given up. */
  readonly onFailure: string | undefined;
}

/** Whatever else stands in a mapping is refused: it would change what the function gets. */
const KNOWN_PROPERTIES: ReadonlySet<string> = new Set([
  "BatchSize",
  "BisectBatchOnFunctionError",
  "DestinationConfig",
  "Enabled",
  "EventSourceArn",
  "FunctionName",
  "FunctionResponseTypes",
  "MaximumBatchingWindowInSeconds",
  "MaximumRecordAgeInSeconds",
  "MaximumRetryAttempts",
  "StartingPosition",
  "Tags",
]);

/** Every mapping of the template that is enabled. */
export function readMappings(
  stack: SynthesizedStack,
): readonly MappingDefinition[] {
  return resourcesOfType(stack, "AWS::Lambda::EventSourceMapping")
    .map((resource) => ({ resource, properties: propertiesOf(resource) }))
    .filter(({ properties }) => readBoolean(properties, "Enabled", true))
    .map(({ resource, properties }) =>
      readMapping(stack, resource.logicalId, properties),
    );
}

function readMapping(
  stack: SynthesizedStack,
  logicalId: string,
  properties: Properties,
): MappingDefinition {
  for (const name of Object.keys(properties.values)) {
    if (!KNOWN_PROPERTIES.has(name)) {
      throw templateError(properties.where, `${name} is not emulated`);
    }
  }
  // Both mean the same here: the stream begins when its reader does.
  const position = getString(properties, "StartingPosition");
  if (position !== "LATEST" && position !== "TRIM_HORIZON") {
    throw templateError(
      properties.where,
      `StartingPosition ${position} is not emulated`,
    );
  }
  const lambda = findFunction(stack, properties);
  const name = nameOfResource(lambda, stack);
  return {
    logicalId,
    functionLogicalId: lambda.logicalId,
    functionArn: `arn:${stack.partition}:lambda:${stack.region}:${stack.account}:function:${name}`,
    streamArn: getString(properties, "EventSourceArn"),
    batchSize: findNumber(properties, "BatchSize") ?? 100,
    batchingWindowMs:
      1000 * (findNumber(properties, "MaximumBatchingWindowInSeconds") ?? 0),
    maxRetryAttempts: readLimit(properties, "MaximumRetryAttempts"),
    maxRecordAgeMs: 1000 * readLimit(properties, "MaximumRecordAgeInSeconds"),
    bisects: readBoolean(properties, "BisectBatchOnFunctionError", false),
    reportsItemFailures: readReportsItemFailures(properties),
    onFailure: readOnFailure(properties),
  };
}

function findFunction(
  stack: SynthesizedStack,
  properties: Properties,
): StackResource {
  const name = getString(properties, "FunctionName");
  const found = name.startsWith("arn:")
    ? findFunctionByArn(stack, name)
    : resourcesOfType(stack, "AWS::Lambda::Function").find(
        (resource) => nameOfResource(resource, stack) === name,
      );
  if (found === undefined) {
    throw templateError(
      properties.where,
      `FunctionName ${name} is no function of this stack`,
    );
  }
  return found;
}

/** -1 stands for infinite. */
function readLimit(properties: Properties, name: string): number {
  const value = findNumber(properties, name) ?? -1;
  return value < 0 ? Infinity : value;
}

function readBoolean(
  properties: Properties,
  name: string,
  fallback: boolean,
): boolean {
  return (findString(properties, name) ?? String(fallback)) === "true";
}

function readReportsItemFailures(properties: Properties): boolean {
  const types = getList(properties, "FunctionResponseTypes");
  const unknown = types.find((type) => type !== "ReportBatchItemFailures");
  if (unknown !== undefined) {
    throw templateError(
      properties.where,
      `FunctionResponseTypes ${JSON.stringify(unknown)} is not emulated`,
    );
  }
  return types.length > 0;
}

function readOnFailure(properties: Properties): string | undefined {
  const config = findNested(properties, "DestinationConfig");
  const onFailure = config && findNested(config, "OnFailure");
  return onFailure && getString(onFailure, "Destination");
}
