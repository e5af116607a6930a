import { cpSync, globSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { BUNDLES, type BundleName, findBundleFile } from "../local/bundles.ts";

const PAGE = "local/console/page";

/** The console's page and the functions' runtime, and beside them what the page needs as it is. */
export async function buildLocalBundles(
  root: string,
  dist: string,
): Promise<readonly Metafile[]> {
  for (const file of globSync("*.{html,css}", { cwd: join(root, PAGE) })) {
    cpSync(join(root, PAGE, file), join(dist, PAGE, file));
  }
  const names = Object.keys(BUNDLES) as BundleName[];
  return Promise.all(
    names.map(async (name) => {
      const { metafile } = await build({
        ...BUNDLES[name],
        entryPoints: [...BUNDLES[name].entryPoints],
        absWorkingDir: root,
        outfile: join(dist, "local", findBundleFile(name)),
        bundle: true,
        format: "esm",
        logLevel: "warning",
        metafile: true,
      });
      return metafile;
    }),
  );
}
