/**
 * `npm run proof:bugs`: plants one bug after the other in a copy of the compiler and runs the proof on it. A proof
 * that does not see them proves nothing.
 */
import { execFile } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Bug {
  readonly name: string;
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

const BUGS: readonly Bug[] = [
  {
    name: "* in the method's place",
    file: "lambda/core/policy-encoding.ts",
    search: "`${stagePrefix}/${method}${path}`",
    replace: "`${stagePrefix}/${method === method ? '*' : method}${path}`",
  },
  {
    name: "no / before the * of a subtree",
    file: "lambda/core/policy-encoding.ts",
    search: "`${stagePrefix}/${method}${path}`",
    replace: "`${stagePrefix}/${method}${path.replace('/*', '*')}`",
  },
  {
    name: "denials dropped",
    file: "lambda/core/policy.ts",
    search: `routes.filter(({ kind }) => kind === "denial")`,
    replace: `routes.filter(({ kind }) => kind === "denial" && false)`,
  },
  {
    name: "tenant id not held to its grammar",
    file: "lambda/core/tenant-id.ts",
    search: "/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/",
    replace: "/^.{1,64}$/",
  },
  {
    name: "any stage",
    file: "lambda/core/method-arn.ts",
    search: "${stage.apiId}/${stage.stage}`",
    replace: "${stage.apiId}/${stage.stage === '' ? '' : '*'}`",
  },
];

const root = new URL("../../", import.meta.url).pathname;

/** Exit code and output of the proof in a copy with the bug. */
function runWith(bug: Bug): Promise<{ code: number; output: string }> {
  const copy = mkdtempSync(join(tmpdir(), "seeded-bug-"));
  for (const folder of ["lambda", "test/support", "test/proof"]) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  }
  cpSync(join(root, "package.json"), join(copy, "package.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));

  const path = join(copy, bug.file);
  const parts = readFileSync(path, "utf8").split(bug.search);
  if (parts.length !== 2) {
    throw new Error(
      `${bug.name}: found ${parts.length - 1} places in ${bug.file} to plant it, expected 1`,
    );
  }
  writeFileSync(path, parts.join(bug.replace));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(copy, "test/proof/run.ts"), "--pairs", "20000", "--seed", "1"],
      (error, stdout, stderr) => {
        rmSync(copy, { recursive: true });
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
      },
    );
  });
}

let missed = 0;
for (const bug of BUGS) {
  const { code, output } = await runWith(bug);
  const [, found] = /disagreements +([0-9]+)/.exec(output) ?? [];
  const isCaught = code === 1 && Number(found ?? 0) > 0;
  missed += Number(!isCaught);
  console.log(
    `${isCaught ? "caught" : "MISSED"}  ${bug.name.padEnd(36)} ${found ?? output.slice(-300)} disagreements`,
  );
}
process.exitCode = missed === 0 ? 0 : 1;
