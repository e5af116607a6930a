/** `npm run fuzz -- --cases N [--seed S] [--workers W]`, `--only INDEX` for one case, `--self-test` for the fuzzer itself. */
import { parseArgs } from "node:util";
import { BREAKAGES } from "./breakages.ts";
import { findDisagreement } from "./compare.ts";
import { fuzz, unmetDifferences } from "./fuzz.ts";
import { findKnownDifference } from "./known-differences.ts";
import { type Counts, type Failure, runOne } from "./run.ts";
import { createWorld } from "./world.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    workers: { type: "string", default: "2" },
    only: { type: "string" },
    "self-test": { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const cases = Number(values.cases);
const workers = Number(values.workers);
/** In fewer cases a rare difference may well stay away. */
const BIG_RUN = 100_000;

if (values.only !== undefined) await showOne(Number(values.only));
else if (values["self-test"]) await testSelf();
else await run();

async function run(): Promise<void> {
  console.log(`seed ${seed}, ${cases} cases, ${workers} workers`);
  let done = 0;
  const startedAt = performance.now();
  const report = await fuzz(createWorld(), {
    seed,
    cases,
    workers,
    onProgress: (count) => {
      if (Math.floor((done + count) / 50_000) > Math.floor(done / 50_000)) {
        console.log(`  ${done + count} …`);
      }
      done += count;
    },
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  printCounts("verdicts", report.verdicts);
  printCounts("refused, though jose alone accepts", report.refusedBeyondJose);
  printCounts("known differences", report.explained);
  if (cases >= BIG_RUN) {
    for (const name of unmetDifferences(report)) {
      console.log(`  never met: ${name}`);
    }
  }
  for (const failure of report.failures) printFailure(failure);
  console.log(
    `\nseed ${seed}: ${cases} cases in ${seconds.toFixed(1)} s (${Math.round(cases / seconds)}/s), ${report.unexplained} unexplained disagreements`,
  );
  process.exitCode = report.unexplained === 0 ? 0 : 1;
}

async function testSelf(): Promise<void> {
  console.log(`seed ${seed}, ${cases} cases for each rule`);
  const world = createWorld();
  for (const breakage of BREAKAGES) {
    const report = await fuzz(world, { seed, cases, workers, breakage });
    const [first] = report.failures;
    console.log(
      `${report.unexplained > 0 ? "noticed  " : "UNNOTICED"} ${breakage.name}: ${report.unexplained} disagreements${first === undefined ? "" : `, as in ${first.detail}`}`,
    );
    if (report.unexplained === 0) process.exitCode = 1;
  }
}

async function showOne(index: number): Promise<void> {
  const judged = await runOne(createWorld(), seed, index);
  const disagreement = findDisagreement(judged);
  const { fuzzCase, subject, oracle } = judged;
  console.dir(
    { ...fuzzCase, deployment: fuzzCase.deployment.name, subject, oracle },
    { depth: 6 },
  );
  console.log(
    disagreement === undefined
      ? "no disagreement"
      : `${disagreement.kind}: ${disagreement.detail}; known as ${findKnownDifference(disagreement)?.name ?? "nothing"}`,
  );
}

function printCounts(title: string, counts: Counts): void {
  console.log(`\n${title}`);
  for (const [name, count] of Object.entries(counts)) {
    console.log(`  ${String(count).padStart(9)}  ${name}`);
  }
}

function printFailure(failure: Failure): void {
  console.log(`\n${failure.detail}
  again:  npm run fuzz -- --seed ${failure.seed} --only ${failure.index}
  steps:  ${failure.steps.join("; ")}
  at:     ${failure.deployment}, ${failure.nowMs} ms
  header: ${failure.authorization}`);
}
