/**
 * Parts of the run that are one JavaScript file each when they are used: bundled on the spot in the repository, and
 * read from beside this file in the package, which comes without esbuild.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as esbuild from "esbuild";
import { RUNS_FROM_SOURCE } from "./runs-from-source.ts";

export type BundleName = keyof typeof BUNDLES;

/** What esbuild is told; the build for the package reads it too. */
export const BUNDLES = {
  /**
   * What stands in the place of Lambda's runtime. Left in TypeScript, every cold start would spend 40 ms on stripping
   * types, time that Lambda's does not have.
   */
  "lambda-runtime": {
    entryPoints: [locate("functions/runtime/bootstrap.ts")],
    platform: "node",
    target: "node24",
  },
  "console-page": {
    entryPoints: [locate("console/page/main.tsx")],
    target: "es2022",
    minify: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "inline",
  },
} as const satisfies Readonly<Record<string, esbuild.BuildOptions>>;

/** Where the package has them, relative to this file. */
export function findBundleFile(name: BundleName): string {
  return `bundles/${name}.js`;
}

export function readBundle(name: BundleName): string {
  if (!RUNS_FROM_SOURCE)
    return readFileSync(locate(findBundleFile(name)), "utf8");
  // Not an import: the package does not bring esbuild, and never comes here.
  const { buildSync } = createRequire(import.meta.url)(
    "esbuild",
  ) as typeof esbuild;
  const { outputFiles } = buildSync({
    ...BUNDLES[name],
    entryPoints: [...BUNDLES[name].entryPoints],
    bundle: true,
    format: "esm",
    write: false,
  });
  return outputFiles.map(({ text }) => text).join("\n");
}

function locate(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
