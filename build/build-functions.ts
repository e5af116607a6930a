import { globSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { FUNCTION_BUNDLE } from "../lib/function-bundle.ts";
import { findPrebuiltFolder, PREBUILT_FILE } from "../lib/prebuilt-function.ts";

/** The handlers' files, relative to the root. */
export function findFunctionEntries(root: string): readonly string[] {
  return globSync("lambda/**/*handler.ts", { cwd: root }).sort();
}

/** The functions as the CDK would bundle them, each in a folder of its own below `dist`. */
export function buildFunctions(
  root: string,
  dist: string,
): Promise<readonly Metafile[]> {
  return Promise.all(
    findFunctionEntries(root).map(async (entry) => {
      const { metafile } = await build({
        ...FUNCTION_BUNDLE,
        absWorkingDir: root,
        entryPoints: [entry],
        outfile: join(dist, findPrebuiltFolder(entry), PREBUILT_FILE),
        bundle: true,
        platform: "node",
        logLevel: "warning",
        metafile: true,
      });
      return metafile;
    }),
  );
}
