import { isRecord, ownProperty } from "../json.ts";
import { nameOfResource } from "../stack-identifiers.ts";
import type { StackResource, SynthesizedStack } from "../stack.ts";

/** A function as the template describes it, with the Lambda service's defaults filled in. */
export interface FunctionDefinition {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly runtime: string;
  /** The directory that holds the function's files. */
  readonly taskRoot: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logFormat: "JSON" | "Text";
  readonly logLevel: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  /** The most invocations at a time, when the template sets some apart. */
  readonly reservedConcurrency?: number;
}

/** Reads one `AWS::Lambda::Function`; throws when it is something that cannot be run here, naming what. */
export function readFunctionDefinition(
  stack: SynthesizedStack,
  logicalId: string,
): FunctionDefinition {
  const resource = stack.resources.get(logicalId);
  if (resource?.type !== "AWS::Lambda::Function") {
    throw new Error(`the template has no function "${logicalId}"`);
  }
  const { properties } = resource;
  const runtime = asString(properties["Runtime"]) ?? "none";
  if (!runtime.startsWith("nodejs")) {
    throw new Error(
      `function "${logicalId}" has runtime ${runtime}; only Node.js runtimes run here`,
    );
  }
  const name = nameOfResource(resource, stack);
  const logging = properties["LoggingConfig"];
  return {
    logicalId,
    name,
    arn: `arn:${stack.partition}:lambda:${stack.region}:${stack.account}:function:${name}`,
    region: stack.region,
    runtime,
    taskRoot: findTaskRoot(stack, resource),
    handler: asString(properties["Handler"]) ?? "index.handler",
    timeoutMs: Number(properties["Timeout"] ?? 3) * 1000,
    memoryMb: Number(properties["MemorySize"] ?? 128),
    logGroup:
      asString(ownProperty(logging, "LogGroup")) ?? `/aws/lambda/${name}`,
    logFormat: ownProperty(logging, "LogFormat") === "JSON" ? "JSON" : "Text",
    logLevel: asString(ownProperty(logging, "ApplicationLogLevel")),
    variables: readVariables(resource),
    ...(properties["ReservedConcurrentExecutions"] !== undefined && {
      reservedConcurrency: Number(properties["ReservedConcurrentExecutions"]),
    }),
  };
}

function findTaskRoot(
  stack: SynthesizedStack,
  { logicalId, properties }: StackResource,
): string {
  const key = asString(ownProperty(properties["Code"], "S3Key"));
  const directory = key === undefined ? undefined : stack.assets.get(key);
  if (directory === undefined) {
    throw new Error(
      `the code of function "${logicalId}" is not among the synthesized assets`,
    );
  }
  return directory;
}

function readVariables({
  logicalId,
  properties,
}: StackResource): Record<string, string> {
  const variables = ownProperty(properties["Environment"], "Variables");
  return Object.fromEntries(
    Object.entries(isRecord(variables) ? variables : {}).map(
      ([name, value]) => {
        if (typeof value !== "string") {
          throw new Error(
            `environment variable ${name} of function "${logicalId}" is not a string`,
          );
        }
        return [name, value];
      },
    ),
  );
}

function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
