/**
 * How a function's code is bundled: by the CDK when an app runs from the repository, by the build for the package, and
 * by the benchmarks. One set of options, so that they cannot drift apart.
 */
import { join } from "node:path";
import { SDK_STAND_INS } from "./sdk-stand-ins.ts";

/** The repository in the repository; `dist` in the package, which holds no source of functions. */
export const PROJECT_ROOT: string = join(import.meta.dirname, "..");

interface FunctionBundle {
  readonly format: "esm";
  readonly target: string;
  readonly mainFields: string[];
  readonly minify: boolean;
  /** A package's name → the file that is bundled in its place. */
  readonly alias: Record<string, string>;
}

/** In esbuild's words. Nothing is external, not even the SDK: the runtime's own copy changes without a deployment. */
export const FUNCTION_BUNDLE: FunctionBundle = {
  format: "esm",
  target: "node24",
  // The ES modules of a package first: esbuild can drop what is unused of them.
  mainFields: ["module", "main"],
  minify: true,
  alias: Object.fromEntries(
    Object.entries(SDK_STAND_INS).map(([name, file]) => [
      name,
      join(PROJECT_ROOT, file),
    ]),
  ),
};
