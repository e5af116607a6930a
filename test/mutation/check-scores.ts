/** The end of `npm run mutation`: a score for each folder, and every survivor on the list. */
import { readFileSync } from "node:fs";
import {
  hasSurvived,
  readMutants,
  readSurvivorList,
  scoreOf,
} from "./survivors.ts";

const BOUNDS = [
  { folder: "lambda/core/", percent: 95 },
  { folder: "lambda/authorizer/adapters/", percent: 90 },
  { folder: "lambda/authorizer/", percent: 90 },
] as const;

/** False when a folder is below its bound, or a mutant has survived that docs/mutation-survivors.md does not argue for. */
export function checkScores(repository: URL): boolean {
  const read = (path: string): string =>
    readFileSync(new URL(path, repository), "utf8");
  const mutants = ["core", "authorizer"].flatMap((part) =>
    readMutants(read(`reports/mutation/${part}.json`)),
  );
  const listed = readSurvivorList(read("docs/mutation-survivors.md"));
  const problems: string[] = [];

  for (const { folder, percent: bound } of BOUNDS) {
    const { killed, survived, percent } = scoreOf(
      mutants.filter(({ file }) => file.startsWith(folder)),
    );
    console.log(
      `${folder.padEnd(28)} ${percent.toFixed(2)} % (${killed} killed, ${survived} survived, bound ${bound} %)`,
    );
    // Not a number when nothing was mutated, which is no pass.
    if (!(percent >= bound)) problems.push(`${folder} is below ${bound} %`);
  }

  const survivors = mutants.filter(hasSurvived);
  for (const { file, line, change } of survivors) {
    if (listed.get(file)?.has(change) !== true) {
      problems.push(`not listed: ${file}:${line} ${change}`);
    }
  }
  for (const [file, changes] of listed) {
    for (const change of changes) {
      const isThere = survivors.some(
        (survivor) => survivor.file === file && survivor.change === change,
      );
      // A warning: a mutant that only times out survives on one machine and not on another.
      if (!isThere) console.log(`listed, but killed: ${file} ${change}`);
    }
  }
  for (const problem of problems) console.error(problem);
  return problems.length === 0;
}
