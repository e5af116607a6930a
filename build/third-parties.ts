import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/**
 * The licences of the packages whose code is in the bundles: they ask to go with every copy.
 *
 * @throws when a package says neither which licence it has nor brings one
 */
export function describeThirdParties(
  root: string,
  metafiles: readonly Metafile[],
): string {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(
    inputs.flatMap(
      (input) =>
        /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [],
    ),
  );
  return [
    "The bundles in this folder contain code of these packages.",
    ...[...folders].sort().map((folder) => describe(join(root, folder))),
    "",
  ].join(`\n\n${"-".repeat(80)}\n\n`);
}

function describe(folder: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as Readonly<Record<string, unknown>>;
  const [file] = globSync("{LICENSE,LICENCE,license}*", { cwd: folder }).sort();
  if (typeof license !== "string" && file === undefined) {
    throw new Error(`${folder} does not say which licence it has`);
  }
  return [
    `${String(name)} ${String(version)}, ${String(license)}`,
    file === undefined ? [] : readFileSync(join(folder, file), "utf8").trim(),
  ]
    .flat()
    .join("\n\n");
}
