/** The stack as it would be deployed, synthesized and bundled once for all drills of a run. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { ENV } from "../../lambda/authorizer/env-names.ts";
import { isJsonObject, own } from "../../lambda/core/json.ts";
import { loadSynthesizedStack } from "../../local/stack-loader.ts";
import type { StackResource, SynthesizedStack } from "../../local/stack.ts";
import { synthesize } from "../../local/synthesize.ts";
import { AUDIENCE } from "../support/tokens.ts";

/** What is built once and drilled many times. */
export interface Deployment extends AsyncDisposable {
  readonly stack: SynthesizedStack;
  readonly authorizer: StackResource;
  readonly preload: string;
  readonly directory: string;
}

/** @param options context keys beside the issuer and the audience */
export async function buildDeployment(
  options: Readonly<Record<string, unknown>> = {},
): Promise<Deployment> {
  const directory = await mkdtemp(join(tmpdir(), "drills-"));
  const outDir = join(directory, "cdk.out");
  const context = {
    issuer: "https://issuer.invalid/",
    audience: AUDIENCE,
    ...options,
  };
  await synthesize({ outDir, context });
  const stack = loadSynthesizedStack(outDir, {
    region: "eu-central-1",
    account: "123456789012",
    partition: "aws",
  });
  const authorizer = [...stack.resources.values()].find(
    (resource) =>
      resource.type === "AWS::Lambda::Function" &&
      ENV.issuers in variablesOf(resource),
  );
  if (authorizer === undefined) throw new Error("no authorizer in the stack");
  const preload = join(directory, "preload.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("preload.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: preload,
  });
  return {
    stack,
    authorizer,
    preload,
    directory,
    [Symbol.asyncDispose]: () =>
      rm(directory, { recursive: true, force: true }),
  };
}

/** The environment that the template gives the function. */
export function variablesOf(resource: StackResource): Record<string, unknown> {
  const environment = resource.properties["Environment"];
  const variables = own(
    isJsonObject(environment) ? environment : {},
    "Variables",
  );
  return isJsonObject(variables) ? { ...variables } : {};
}
