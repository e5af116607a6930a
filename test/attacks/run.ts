/** `npm run attacks`: the whole corpus, as a table; exits with 1 when one attack is not answered as expected. */
import { parseArgs } from "node:util";
import { ATTACK_GROUPS } from "./corpus.ts";
import { tryAttack } from "./judge.ts";

const { values } = parseArgs({
  options: {
    /** The failures alone, for other programs. */
    json: { type: "boolean", default: false },
    /** No more attacks after the first failure. */
    bail: { type: "boolean", default: false },
    /** What is not covered, by name. */
    limits: { type: "boolean", default: false },
  },
});

interface Failure {
  readonly group: string;
  readonly name: string;
  readonly problems: readonly string[];
}

const failures: Failure[] = [];
const rows: Record<string, string | number>[] = [];
const startedAt = performance.now();
for (const { name, attacks } of ATTACK_GROUPS) {
  const before = failures.length;
  for (const attack of attacks) {
    if (values.bail && failures.length > 0) break;
    const problems = await tryAttack(attack).then(
      (trial) => trial.problems,
      (error: unknown) => [`the attack itself failed: ${String(error)}`],
    );
    if (problems.length > 0) {
      failures.push({ group: name, name: attack.name, problems });
    }
  }
  const count = (kind: string): number =>
    attacks.filter((attack) => attack.kind === kind).length;
  rows.push({
    group: name,
    cases: attacks.length,
    "as expected": attacks.length - (failures.length - before),
    controls: count("control"),
    "not covered": count("limit"),
  });
}

if (values.json) {
  console.log(JSON.stringify(failures));
} else {
  const sum = (column: string): number =>
    rows.reduce((total, row) => total + Number(row[column]), 0);
  printTable([
    ...rows,
    {
      group: "all",
      cases: sum("cases"),
      "as expected": sum("as expected"),
      controls: sum("controls"),
      "not covered": sum("not covered"),
    },
  ]);
  console.log(
    `\n${((performance.now() - startedAt) / 1_000).toFixed(1)} s, keys included`,
  );
  for (const { group, name, problems } of failures) {
    console.log(`\n✗ ${group}: ${name}\n  ${problems.join("\n  ")}`);
  }
}
if (values.limits) {
  console.log("\nnot covered:");
  for (const { name, attacks } of ATTACK_GROUPS) {
    for (const attack of attacks.filter(({ kind }) => kind === "limit")) {
      console.log(`  ${name}: ${attack.name}`);
    }
  }
}
if (failures.length > 0) process.exitCode = 1;

/** Text to the left, numbers to the right. */
function printTable(table: readonly Record<string, string | number>[]): void {
  const columns = Object.keys(table[0] ?? {});
  const widths = columns.map((column) =>
    Math.max(
      ...[column, ...table.map((row) => String(row[column]))].map(
        ({ length }) => length,
      ),
    ),
  );
  const print = (cells: readonly string[]): void => {
    console.log(
      cells
        .map((cell, index) =>
          index === 0
            ? cell.padEnd(widths[index] ?? 0)
            : cell.padStart(widths[index] ?? 0),
        )
        .join("  "),
    );
  };
  print(columns);
  for (const row of table) print(columns.map((column) => String(row[column])));
}
