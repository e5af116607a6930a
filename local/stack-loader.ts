/** Reads what `cdk synth` wrote, as `cdk deploy` would: the manifest leads to the template and to the assets. */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { isRecord, ownProperty, type JsonRecord } from "./json.ts";
import { createResolver } from "./stack-intrinsics.ts";
import type {
  ResourceAttributes,
  StackResource,
  SynthesizedStack,
} from "./stack.ts";

export interface LoadStackOptions {
  /** Region and account of a stack that is not bound to its own. */
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  /** Overrides what `Ref` (key `Ref`) or `Fn::GetAtt` of a resource resolve to: logical id → attribute → value. */
  readonly resourceAttributes?: ResourceAttributes;
  /** Which stack of the assembly. @default the only one; several without a name are an error */
  readonly stackName?: string;
}

/** Reads `cdk synth`'s output directory; throws in words that name the logical id and function it cannot resolve. */
export function loadSynthesizedStack(
  outDir: string,
  options: LoadStackOptions,
): SynthesizedStack {
  const artifacts = readArtifacts(outDir);
  const { name, templateFile, bound } = selectStack(artifacts, outDir, options);
  const template = readJson(resolve(outDir, templateFile));
  const { partition, resourceAttributes = {} } = options;
  const { region, account } = { ...options, ...bound };
  const resolver = createResolver({
    template,
    deployment: { stackName: name, region, account, partition },
    resourceAttributes,
  });

  const resources = new Map<string, StackResource>();
  for (const [logicalId, resource] of entriesOf(template, "Resources")) {
    const type = ownProperty(resource, "Type");
    if (typeof type !== "string") {
      throw new Error(`resource ${logicalId} has no Type`);
    }
    const condition = ownProperty(resource, "Condition");
    if (
      typeof condition === "string" &&
      !resolver.isConditionTrue(condition, logicalId)
    ) {
      continue;
    }
    const properties = resolver.resolve(
      ownProperty(resource, "Properties") ?? {},
      logicalId,
    );
    resources.set(logicalId, {
      logicalId,
      type,
      properties: isRecord(properties) ? properties : {},
    });
  }

  const outputs = new Map<string, string>();
  for (const [outputName, output] of entriesOf(template, "Outputs")) {
    const value = resolver.resolve(
      ownProperty(output, "Value"),
      `output ${outputName}`,
    );
    outputs.set(
      outputName,
      typeof value === "string" ? value : JSON.stringify(value),
    );
  }

  const assets = readAssets(artifacts, outDir);
  return {
    name,
    region,
    account,
    partition,
    resources,
    outputs,
    assets,
    resourceAttributes,
  };
}

function selectStack(
  artifacts: readonly Artifact[],
  outDir: string,
  { stackName }: LoadStackOptions,
): {
  readonly name: string;
  readonly templateFile: string;
  readonly bound: BoundEnvironment;
} {
  const stacks = artifacts
    .filter(({ type }) => type === "aws:cloudformation:stack")
    .map(({ id, environment, properties }) => {
      const name = properties["stackName"];
      return {
        name: typeof name === "string" ? name : id,
        templateFile: properties["templateFile"],
        bound: parseEnvironment(environment),
      };
    });
  const [stack, ...others] = stacks.filter(
    ({ name }) => stackName === undefined || name === stackName,
  );
  if (stack === undefined || others.length > 0) {
    const names = stacks.map(({ name }) => name).join(", ") || "none";
    throw new Error(
      `expected one stack${stackName === undefined ? "" : ` named ${stackName}`} in ${outDir}, found: ${names}`,
    );
  }
  if (typeof stack.templateFile !== "string") {
    throw new Error(`stack ${stack.name} names no template file`);
  }
  const { name, templateFile, bound } = stack;
  return { name, templateFile, bound };
}

interface BoundEnvironment {
  readonly account?: string;
  readonly region?: string;
}

/** `aws://123456789012/eu-west-1`; what the app left open is called `unknown-account` and `unknown-region`. */
function parseEnvironment(environment: string): BoundEnvironment {
  const [, account = "", region = ""] =
    /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  return {
    ...(/^\d{12}$/.test(account) && { account }),
    ...(/^[a-z]{2}-[a-z0-9-]+$/.test(region) && { region }),
  };
}

/** Only directories: those are what the CDK zips and uploads as code. */
function readAssets(
  artifacts: readonly Artifact[],
  outDir: string,
): ReadonlyMap<string, string> {
  const assets = new Map<string, string>();
  for (const { type, properties } of artifacts) {
    const file = properties["file"];
    if (type !== "cdk:asset-manifest" || typeof file !== "string") continue;
    const manifestPath = resolve(outDir, file);
    for (const [, asset] of entriesOf(readJson(manifestPath), "files")) {
      const source = ownProperty(asset, "source");
      const path = ownProperty(source, "path");
      if (
        ownProperty(source, "packaging") !== "zip" ||
        typeof path !== "string"
      ) {
        continue;
      }
      for (const [, destination] of entriesOf(asset, "destinations")) {
        const objectKey = ownProperty(destination, "objectKey");
        if (typeof objectKey === "string") {
          assets.set(basename(objectKey), resolve(dirname(manifestPath), path));
        }
      }
    }
  }
  return assets;
}

interface Artifact {
  readonly id: string;
  readonly type: string;
  /** Where a stack goes. */
  readonly environment: string;
  readonly properties: JsonRecord;
}

function readArtifacts(outDir: string): readonly Artifact[] {
  const manifest = readJson(resolve(outDir, "manifest.json"));
  return entriesOf(manifest, "artifacts").map(([id, artifact]) => {
    const type = ownProperty(artifact, "type");
    const environment = ownProperty(artifact, "environment");
    const properties = ownProperty(artifact, "properties");
    return {
      id,
      type: typeof type === "string" ? type : "",
      environment: typeof environment === "string" ? environment : "",
      properties: isRecord(properties) ? properties : {},
    };
  });
}

function readJson(path: string): JsonRecord {
  const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!isRecord(parsed)) throw new Error(`${path} does not hold an object`);
  return parsed;
}

function entriesOf(value: unknown, name: string): [string, unknown][] {
  const found = ownProperty(value, name);
  return isRecord(found) ? Object.entries(found) : [];
}
