/**
 * `npm run mutation [-- --force]`: both parts, then the bounds. What was tried before is not tried again, unless its
 * code or any of the part's tests has changed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { checkScores } from "./check-scores.ts";

const repository = new URL("../../", import.meta.url);
const reports = new URL("reports/mutation/", repository);
const isForced = process.argv.includes("--force");

for (const part of ["core", "authorizer"]) {
  // Stryker sees the part's tests as one file, which never changes: that others have, it has to be told.
  const stamp = new URL(`${part}-tests.sha256`, reports);
  const tests = hashOf([
    `test/lambda/${part}/`,
    "test/support/",
    "test/mutation/",
  ]);
  const isKnown = existsSync(stamp) && readFileSync(stamp, "utf8") === tests;
  const { status } = spawnSync(
    "stryker",
    ["run", ...(isForced || !isKnown ? ["--force"] : [])],
    {
      cwd: repository,
      stdio: "inherit",
      env: { ...process.env, MUTATION_PART: part },
    },
  );
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(reports, { recursive: true });
  writeFileSync(stamp, tests);
}
process.exitCode = checkScores(repository) ? 0 : 1;

function hashOf(folders: readonly string[]): string {
  const hash = createHash("sha256");
  for (const folder of folders.map((path) => new URL(path, repository))) {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const name of names.filter((one) => one.endsWith(".ts")).sort()) {
      hash.update(`${name}\0`).update(readFileSync(new URL(name, folder)));
    }
  }
  return hash.digest("hex");
}
