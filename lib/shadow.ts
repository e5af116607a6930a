import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Stack, Token } from "aws-cdk-lib";
import { ENV } from "../lambda/authorizer/env-names.ts";
import { SHADOW_ENV } from "../lambda/authorizer-shadow/env-names.ts";

/** A candidate that judges copies of decisions: another build, other configuration, or both. */
export interface ShadowOptions {
  /**
   * A folder with another build of the authorizer, bundled to one `index.mjs`, such as
   * `dist/functions/authorizer/handler` of another version of this package.
   *
   * @default - the build that decides
   */
  readonly bundle?: string;

  /**
   * Environment variables that the candidate finds changed, by their names.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a team may have judged beside each decision. */
export interface ShadowProps {
  /**
   * A candidate that judges a copy of each decision after it was made, without a say in it; the log tells where the two
   * differ. It doubles the function's reads and fetches of keys. docs/releases.md says what it can and cannot show.
   *
   * @default - none, and nothing of it in the function
   */
  readonly shadow?: ShadowOptions;
}

const BUNDLE_FILE = "index.mjs";
const BUNDLED_CANDIDATE = "candidate.mjs";

export interface ShadowCode {
  readonly entry: string;
  /** Name in the bundle → path on this machine. */
  readonly files: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** What becomes of the function's code, with a candidate and without. */
export function buildShadowCode(
  shadow: ShadowOptions | undefined,
  stack: Stack,
): ShadowCode {
  if (shadow === undefined) {
    return {
      entry: "lambda/authorizer/handler.ts",
      files: {},
      environment: {},
    };
  }
  const { bundle, environment } = shadow;
  return {
    entry: "lambda/authorizer-shadow/handler.ts",
    files:
      bundle === undefined
        ? {}
        : { [BUNDLED_CANDIDATE]: resolve(bundle, BUNDLE_FILE) },
    environment: {
      ...(bundle !== undefined && {
        [SHADOW_ENV.bundle]: `./${BUNDLED_CANDIDATE}`,
      }),
      // Values may be known at deployment only.
      ...(environment && {
        [SHADOW_ENV.environment]: stack.toJsonString(environment),
      }),
    },
  };
}

/** Everything that is wrong with it, in words that say what to write instead. */
export function findShadowProblems(
  shadow: ShadowOptions | undefined,
): readonly string[] {
  if (shadow === undefined) return [];
  const { bundle, environment = {} } = shadow;
  const names = Object.keys(environment);
  return [
    bundle === undefined && names.length === 0
      ? "shadow is empty: name a bundle or an environment, or candidate and function would be the same"
      : undefined,
    bundle === undefined ? undefined : findBundleProblem(bundle),
    ...names.map((name) => findVariableProblem(name, bundle !== undefined)),
    ...Object.entries(environment).map(([name, value]) =>
      !Token.isUnresolved(value) && value === ""
        ? `shadow.environment.${name} is empty: to take a variable away is not offered`
        : undefined,
    ),
  ].filter((problem) => problem !== undefined);
}

function findBundleProblem(bundle: string): string | undefined {
  const file = join(bundle, BUNDLE_FILE);
  return statSync(file, { throwIfNoEntry: false })?.isFile()
    ? undefined
    : `shadow.bundle: there is no file ${file}; name a folder that holds another build's ${BUNDLE_FILE}`;
}

/** A name that nobody reads would have two equal candidates agree, which proves nothing. */
function findVariableProblem(
  name: string,
  isAnotherBuild: boolean,
): string | undefined {
  const known: readonly string[] = Object.values(ENV);
  if (known.includes(name)) return undefined;
  // Another build may know variables that we do not; what belongs to the runtime is not its own.
  return isAnotherBuild &&
    /^[A-Z][A-Z0-9_]*$/.test(name) &&
    !/^(?:AWS|LAMBDA|NODE|SHADOW|UV)_/.test(name)
    ? undefined
    : `shadow.environment: ${JSON.stringify(name)} is no variable of the authorizer; they are ${known.join(", ")}`;
}
