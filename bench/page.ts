/**
 * `npm run bench:page`: writes what bench/results/ holds into docs/performance.md, between its markers. What stands
 * outside of them is written by hand and stays.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PERFORMANCE_PAGE, buildPage } from "./page/build-page.ts";
import { readResults } from "./page/results.ts";

const file = join(import.meta.dirname, "..", PERFORMANCE_PAGE);
const before = readFileSync(file, "utf8");
const after = await buildPage(before, readResults());
if (after === before) {
  console.log(`${PERFORMANCE_PAGE} is up to date`);
} else {
  writeFileSync(file, after);
  console.log(`${PERFORMANCE_PAGE} has been written anew`);
}
