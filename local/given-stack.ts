/**
 * A stack that was not synthesized for the local run: somebody's own, with their Auth0 domain in it. The run cannot
 * sign as that domain, so its own issuer takes the place; all else runs as it was synthesized.
 */
import { resolve } from "node:path";
import { isRecord, ownProperty } from "./json.ts";
import { loadSynthesizedStack, type LoadStackOptions } from "./stack-loader.ts";
import {
  resourcesOfType,
  type StackResource,
  type SynthesizedStack,
} from "./stack.ts";
import { synthesize } from "./synthesize.ts";

interface StackChoice {
  /**
   * Which of its stacks.
   *
   * @default - the only one
   */
  readonly stackName?: string;
}

/** A CDK app, synthesized at the start. */
export interface AppSource extends StackChoice {
  /** Its command, such as `node app.js`. */
  readonly app: string;

  /**
   * The folder to run it in. The context of a `cdk.json` there is passed on.
   *
   * @default - the working directory
   */
  readonly directory?: string;
}

/** What `cdk synth` wrote. */
export interface AssemblySource extends StackChoice {
  /** The directory, such as `cdk.out`. */
  readonly assembly: string;
}

/** What to run. */
export type StackSource = AppSource | AssemblySource;

export interface LoadGivenStackOptions extends LoadStackOptions {
  /** For the output of an app. */
  readonly outDir: string;
  /** On top of the app's own cdk.json. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

export async function loadGivenStack(
  source: StackSource,
  options: LoadGivenStackOptions,
): Promise<SynthesizedStack> {
  const { stackName } = source;
  const load = { ...options, ...(stackName !== undefined && { stackName }) };
  if ("assembly" in source) {
    return loadSynthesizedStack(resolve(source.assembly), load);
  }
  const directory = resolve(source.directory ?? ".");
  await synthesize({ ...options, app: { command: source.app, directory } });
  return loadSynthesizedStack(options.outDir, load);
}

type Variables = Readonly<Record<string, unknown>>;

const ISSUERS = "AUTH0_ISSUERS";

/** The environment of the stack's authorizer function, which is the one that knows issuers. */
export function findAuthorizerVariables(
  stack: SynthesizedStack,
): Variables | undefined {
  return resourcesOfType(stack, "AWS::Lambda::Function")
    .map(variablesOf)
    .find((variables) => Object.hasOwn(variables, ISSUERS));
}

/** What the issuer's tokens have to say for the stack's authorizer to take them. */
export function readExpectations(stack: SynthesizedStack): {
  readonly audience: string;
  readonly tenantClaim: string;
} {
  const variables = findAuthorizerVariables(stack);
  if (variables === undefined) {
    throw new Error(
      `stack ${stack.name} has no function with the variable ${ISSUERS}: put a TenantAuthorizer into it, or name another stack`,
    );
  }
  const { AUTH0_AUDIENCES: audiences, TENANT_CLAIM: claim } = variables;
  const [audience] = typeof audiences === "string" ? audiences.split(",") : [];
  if (audience === undefined) {
    throw new Error("the authorizer's variable AUTH0_AUDIENCES is not set");
  }
  return { audience, tenantClaim: typeof claim === "string" ? claim : "azp" };
}

/** The same stack with the run's issuer in place of the ones it was synthesized for. */
export function trustIssuer(
  stack: SynthesizedStack,
  issuer: string,
): SynthesizedStack {
  const resources = [...stack.resources].map(([logicalId, resource]) => {
    const variables = variablesOf(resource);
    if (!Object.hasOwn(variables, ISSUERS))
      return [logicalId, resource] as const;
    const Environment = { Variables: { ...variables, [ISSUERS]: issuer } };
    const properties = { ...resource.properties, Environment };
    return [logicalId, { ...resource, properties }] as const;
  });
  return { ...stack, resources: new Map(resources) };
}

function variablesOf({ type, properties }: StackResource): Variables {
  const variables = ownProperty(properties["Environment"], "Variables");
  return type === "AWS::Lambda::Function" && isRecord(variables)
    ? variables
    : {};
}
