/** The context keys about releases, as the stack's props. */
import {
  type CanaryOption,
  findCanaryProblem,
  findProvisionedProblems,
  PROVISIONED_LIMITS,
  type ReleaseOptions,
} from "./canary-release.ts";
import type { ContextReader } from "./context-reader.ts";
import { definedOnly } from "./defined-only.ts";
import { readSwitch } from "./guard-rail-context.ts";
import {
  findShadowProblems,
  type ShadowOptions,
  type ShadowProps,
} from "./shadow.ts";

/** @param reservedConcurrentExecutions of the same context */
export function readReleases(
  reader: ContextReader,
  reservedConcurrentExecutions: number | undefined,
): ReleaseOptions & ShadowProps {
  const canary = readSwitch(reader.readText("canary"));
  const canaryProblem = findCanaryProblem(canary);
  reader.addMalformed("canary", canaryProblem);
  const releases = definedOnly({
    canary:
      // A shift's name, once it is no problem.
      canaryProblem === undefined
        ? (canary as CanaryOption | undefined)
        : undefined,
    provisionedConcurrentExecutions: reader.readInteger(
      "provisionedConcurrency",
      PROVISIONED_LIMITS,
    ),
  });
  if (canaryProblem === undefined) {
    const problems = findProvisionedProblems({
      ...releases,
      ...definedOnly({ reservedConcurrentExecutions }),
    });
    for (const problem of problems) {
      reader.addMalformed("provisionedConcurrency", problem);
    }
  }
  const shadow = readShadow(reader);
  return { ...releases, ...(shadow && { shadow }) };
}

function readShadow(reader: ContextReader): ShadowOptions | undefined {
  if (!reader.isGiven("shadowBundle") && !reader.isGiven("shadowEnvironment")) {
    return undefined;
  }
  const shadow = definedOnly({
    bundle: reader.readText("shadowBundle"),
    environment: reader.readTextMap(
      "shadowEnvironment",
      `'{"MAX_TOKEN_LIFETIME_SECONDS":"86400"}'`,
    ),
  });
  const key = shadow.environment ? "shadowEnvironment" : "shadowBundle";
  for (const problem of findShadowProblems(shadow)) {
    reader.addMalformed(key, problem);
  }
  return shadow;
}
