/**
 * `npm run attacks:rules [-- text]`: takes the design's rules out of a copy of the code, one after the other, and
 * runs the attacks on it until one is not answered as expected. A rule whose absence nobody notices is a failure.
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
import { keyRules } from "./key-rules.ts";
import { policyRules } from "./policy-rules.ts";
import type { Rule } from "./rule.ts";
import { tokenRules } from "./token-rules.ts";

const SECTIONS: readonly (readonly [string, readonly Rule[]])[] = [
  ["tokens (design 4)", tokenRules],
  ["keys and caches (design 5)", keyRules],
  ["records, policy, context (design 3)", policyRules],
];
const ROOT = new URL("../../../", import.meta.url).pathname;
const [wanted = ""] = process.argv.slice(2);

interface Failure {
  readonly group: string;
  readonly name: string;
}

const copy = mkdtempSync(join(tmpdir(), "attacks-rules-"));
process.on("exit", () => {
  rmSync(copy, { recursive: true, force: true });
});
for (const path of ["lambda", "test/attacks", "test/support", "package.json"]) {
  cpSync(join(ROOT, path), join(copy, path), { recursive: true });
}
symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));

const stale = misplaced(SECTIONS.flatMap(([, rules]) => rules));
if (stale.length > 0) {
  console.error(stale.join("\n"));
  process.exit(1);
}

const untouched = await runAttacks();
if (untouched.length > 0) {
  console.error("the attacks fail before any rule is taken away");
  process.exit(1);
}

const problems: string[] = [];
let caught = 0;
let secondLines = 0;
for (const [section, rules] of SECTIONS) {
  console.log(`\n${section}`);
  for (const rule of rules.filter(({ name }) => name.includes(wanted))) {
    const [first] = await runWithout(rule);
    if (rule.secondLine === undefined && first === undefined) {
      problems.push(`nobody notices the absence of: ${rule.name}`);
    }
    if (rule.secondLine !== undefined && first !== undefined) {
      problems.push(`not a second line, it is noticed: ${rule.name}`);
    }
    if (first === undefined) secondLines += 1;
    else caught += 1;
    console.log(
      first === undefined
        ? `  – ${rule.name}: ${rule.secondLine ?? "NOT CAUGHT"}`
        : `  ✓ ${rule.name} ← ${first.group}: ${first.name}`,
    );
  }
}
console.log(
  `\n${caught} rules caught, ${secondLines} not; ${problems.length} problems`,
);
for (const problem of problems) console.log(`✗ ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** What would make an edit no edit: told for all rules at once, before the long run. */
function misplaced(rules: readonly Rule[]): readonly string[] {
  return rules.flatMap(({ name, edits }) =>
    edits.flatMap(({ file, search }) => {
      const code = readFileSync(join(copy, file), "utf8");
      const count = code.split(search).length - 1;
      return count === 1
        ? []
        : [
            `${name}: ${JSON.stringify(search)} stands ${count} times in ${file}`,
          ];
    }),
  );
}

async function runWithout({ edits }: Rule): Promise<readonly Failure[]> {
  const originals = new Map<string, string>();
  try {
    for (const { file, search, replace } of edits) {
      const path = join(copy, file);
      const code = readFileSync(path, "utf8");
      if (!originals.has(path)) originals.set(path, code);
      writeFileSync(path, code.split(search).join(replace));
    }
    return await runAttacks();
  } finally {
    for (const [path, code] of originals) writeFileSync(path, code);
  }
}

/** The first attack that is not answered as expected, if there is one. */
function runAttacks(): Promise<readonly Failure[]> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [
        "--import",
        new URL("kept-keys.ts", import.meta.url).href,
        "test/attacks/run.ts",
        "--json",
        "--bail",
      ],
      {
        cwd: copy,
        env: { ...process.env, KEPT_KEYS: join(copy, "keys.json") },
      },
      (error, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout) as Failure[]);
        } catch {
          // No JSON: the code without the rule does not even load, which proves nothing about the attacks.
          reject(
            new Error(`the attacks do not run: ${stderr}`, { cause: error }),
          );
        }
      },
    );
  });
}
