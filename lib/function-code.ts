import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import {
  LogLevel,
  type NodejsFunctionProps,
  OutputFormat,
} from "aws-cdk-lib/aws-lambda-nodejs";
import { FUNCTION_BUNDLE, PROJECT_ROOT } from "./function-bundle.ts";
import { findPrebuiltFolder, PREBUILT_HANDLER } from "./prebuilt-function.ts";
import { RUNS_FROM_SOURCE } from "./runs-from-source.ts";

/** Name in the function's folder → path on this machine. */
export type ExtraFiles = Readonly<Record<string, string>>;

export type FunctionCode = Pick<
  NodejsFunctionProps,
  "bundling" | "code" | "depsLockFilePath" | "entry" | "handler" | "projectRoot"
>;

/**
 * The part of a function's props that says where its code comes from: bundled from source in the repository, and in
 * the package, where a user has neither esbuild nor our lock file, the folder that was built with it.
 *
 * @param entry the handler's file, relative to the repository
 */
export function buildFunctionCode(
  entry: string,
  files: ExtraFiles,
): FunctionCode {
  return RUNS_FROM_SOURCE
    ? bundleSource(entry, files)
    : takePrebuilt(join(PROJECT_ROOT, findPrebuiltFolder(entry)), files);
}

function bundleSource(entry: string, files: ExtraFiles): FunctionCode {
  const { target, mainFields, minify, alias } = FUNCTION_BUNDLE;
  return {
    entry: join(PROJECT_ROOT, entry),
    // Both are looked up from the working directory unless given, and another app's is not ours.
    projectRoot: PROJECT_ROOT,
    depsLockFilePath: join(PROJECT_ROOT, "package-lock.json"),
    bundling: {
      format: OutputFormat.ESM,
      target,
      mainFields,
      minify,
      logLevel: LogLevel.WARNING,
      externalModules: [],
      esbuildArgs: {
        "--alias": Object.entries(alias).map((pair) => pair.join("=")),
      },
      commandHooks: {
        beforeBundling: () => [],
        beforeInstall: () => [],
        afterBundling: (_projectRoot, bundle) =>
          Object.entries(files).map(([name, file]) =>
            buildCopyCommand(file, join(bundle, name)),
          ),
      },
    },
  };
}

/**
 * @param folder what the build made of the function
 * @throws when the folder is not there: an incomplete installation would otherwise show at the first invocation only
 */
export function takePrebuilt(folder: string, files: ExtraFiles): FunctionCode {
  if (!existsSync(folder)) {
    throw new Error(
      `auth0-tenant-authorizer is not installed completely: ${folder} is missing; install it again`,
    );
  }
  return {
    handler: PREBUILT_HANDLER,
    code:
      Object.keys(files).length === 0
        ? lambda.Code.fromAsset(folder)
        : lambda.Code.fromAsset(folder, {
            // Of the files that go up: another snapshot is another asset.
            assetHashType: AssetHashType.OUTPUT,
            bundling: {
              local: {
                tryBundle: (output) => {
                  copyAll({ ...files, ".": folder }, output);
                  return true;
                },
              },
              // Asked for only where the local way declines, which it never does.
              image: DockerImage.fromRegistry("none"),
            },
          }),
  };
}

function copyAll(files: ExtraFiles, output: string): void {
  for (const [name, file] of Object.entries(files)) {
    cpSync(file, join(output, name), { recursive: true });
  }
}

/** A command of the shell that CDK runs its bundling hooks with. */
function buildCopyCommand(from: string, to: string): string {
  return process.platform === "win32"
    ? `copy /y "${from}" "${to}"`
    : `cp ${quote(from)} ${quote(to)}`;
}

function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
