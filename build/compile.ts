import { spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * JavaScript and declarations into `dist`, by tsconfig.build.json. tsc writes its findings to the terminal.
 *
 * @throws when it has any
 */
export function compile(root: string, dist: string): void {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status } = spawnSync(
    process.execPath,
    [tsc, "-p", "tsconfig.build.json"],
    { cwd: root, stdio: "inherit" },
  );
  if (status !== 0) throw new Error("tsc found errors: see above");
  for (const name of globSync("**/*.d.ts", { cwd: dist })) {
    const file = join(dist, name);
    writeFileSync(file, nameJavaScript(readFileSync(file, "utf8")));
  }
}

/** tsc rewrites `./x.ts` in the JavaScript that it emits, and leaves it in declarations. */
function nameJavaScript(declarations: string): string {
  return declarations.replaceAll(
    /(\bfrom |\bimport\(|\bimport )"(\.\.?\/[^"]+)\.ts"/g,
    '$1"$2.js"',
  );
}
