/** `npm run drills`: prints the fault matrix, and exits with 1 when a cell is out of bounds. */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { openLab } from "./bench.ts";
import { BOUNDS_MS, type Cell, describe, isGood } from "./cells.ts";
import { DRILLS, runDrills } from "./matrix.ts";

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "3" },
    only: { type: "string", default: "" },
  },
});
const jobs = Number(values.jobs);
const drills = DRILLS.filter(({ name }) => name.includes(values.only));
if (!Number.isInteger(jobs) || jobs < 1 || drills.length === 0) {
  console.error(
    "usage: npm run drills -- [--jobs 3] [--only <part of a name>]",
  );
  console.error(`names: ${DRILLS.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

const startedAt = performance.now();
const seconds = (): string =>
  ((performance.now() - startedAt) / 1_000).toFixed(0);
await using lab = await openLab();
let done = 0;
const { cells, repeated } = await runDrills(lab, drills, {
  jobs,
  onDone: ({ name }) => {
    done += 1;
    if (!process.stderr.isTTY) return;
    process.stderr.write(`\r\x1b[K${done}/${drills.length} ${name}`);
    if (done === drills.length) process.stderr.write("\r\x1b[K");
  },
});

print(cells);
const bad = cells.filter((cell) => !isGood(cell));
const slowest = (boundMs: number): string => {
  const times = cells
    .filter(({ expected }) => expected.withinMs === boundMs)
    .map(({ observed }) => Math.round(observed.ms));
  return `${Math.max(0, ...times)} of ${boundMs} ms`;
};
console.log(`
${cells.length} cells in ${seconds()} s: ${cells.length - bad.length} as they must be, ${bad.length} not.
Slowest answers where keys were at fault: ${slowest(BOUNDS_MS.keys)}; the table: ${slowest(BOUNDS_MS.table)}, in a new process ${slowest(BOUNDS_MS.tableCold)}; both: ${slowest(BOUNDS_MS.both)}.
Drills run again because only the time was amiss: ${repeated.length === 0 ? "none" : repeated.join(", ")}.
Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}, ${jobs} drills at a time.
ms: from the event to the answer; in a new process from its first request to what is out of order.`);
process.exitCode = bad.length === 0 ? 0 : 1;

function print(rows: readonly Cell[]): void {
  const lines = [
    ["", "fault", "state", "answer", "ms", "of", "fetches", "reads", ""],
    ...rows.map((cell) => [
      cell.dependency,
      cell.fault,
      cell.state,
      describe(cell.observed),
      String(Math.round(cell.observed.ms)),
      String(cell.expected.withinMs),
      String(cell.observed.fetches),
      String(cell.observed.reads),
      [
        isGood(cell) ? "" : "✗",
        ...(cell.isLate ? ["late"] : []),
        ...cell.problems,
      ].join(" "),
    ]),
  ];
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  for (const line of lines) {
    console.log(
      line
        .map((text, column) =>
          [4, 5, 6, 7].includes(column)
            ? text.padStart(widths[column] ?? 0)
            : text.padEnd(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    );
  }
}
