/**
 * `npm run build`: makes `dist`, all that the package brings: JavaScript and types of `bin`, `lib` and `local`, the
 * functions as they are uploaded, and the local run's bundles. Nothing in it is listed by name, so a new file of these
 * folders, or a new `lambda/<name>/handler.ts`, is in the next package.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildFunctions } from "./build-functions.ts";
import { buildLocalBundles } from "./build-local-bundles.ts";
import { compile } from "./compile.ts";
import { describeThirdParties } from "./third-parties.ts";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");

// What an earlier build left must not stand in for what this one fails to make.
rmSync(DIST, { recursive: true, force: true });
compile(ROOT, DIST);
const metafiles = [
  ...(await buildFunctions(ROOT, DIST)),
  ...(await buildLocalBundles(ROOT, DIST)),
];
writeFileSync(
  join(DIST, "THIRD_PARTY_LICENSES.txt"),
  describeThirdParties(ROOT, metafiles),
);
