/**
 * `npm run drill:suspension`: suspends and resumes tenants on a local run under traffic, with plain writes to the
 * table, and measures until the gateway answers accordingly. Ends with 1 when a limit is broken.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { startLocalRun, type LocalRun } from "../local/local-run.ts";
import { resourcesOfType } from "../local/stack.ts";
import {
  addTenant,
  putRow,
  waitUntilQuiet,
} from "./suspension/drill-tenants.ts";
import { findUnexplained } from "./suspension/judge.ts";
import {
  startTraffic,
  type Answer,
  type Traffic,
} from "./suspension/traffic.ts";
import { runTrials, type MeasuredChange } from "./suspension/trials.ts";

const HELP = `npm run drill:suspension -- [options]

  --trials N     suspensions, each with its resumption (default 50)
  --rate N       requests per second (default 50)
  --parallel N   trials under way at a time (default 4)
  --rows N       rows of the bulk import (default 1000)`;

const LIMIT_MS = 10_000;
/** Long enough to see an old answer that comes too late. */
const OBSERVATION_MS = 12_000;
const BYSTANDERS = 6;
const MAX_IMPORT_FLUSHES = 10;
const IMPORT_WRITERS = 8;

interface DrillOptions {
  readonly trials: number;
  readonly rate: number;
  readonly parallel: number;
  readonly rows: number;
}

function parseDrillOptions(): DrillOptions | undefined {
  const option = (fallback: string) =>
    ({ type: "string", default: fallback }) as const;
  const { values } = parseArgs({
    options: {
      trials: option("50"),
      rate: option("50"),
      parallel: option("4"),
      rows: option("1000"),
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const count = (name: "trials" | "rate" | "parallel" | "rows"): number => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`--${name} must be a whole number above 0`);
  };
  return {
    trials: count("trials"),
    rate: count("rate"),
    parallel: count("parallel"),
    rows: count("rows"),
  };
}

async function drill(run: LocalRun, options: DrillOptions): Promise<boolean> {
  const { trials, rate, parallel, rows } = options;
  const names = (prefix: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, at) => `${prefix}-${at + 1}`);
  const add = (tenantId: string) => addTenant(run, tenantId);
  const tenants = await Promise.all(names("drill", parallel).map(add));
  const bystanders = await Promise.all(names("other", BYSTANDERS).map(add));
  await waitUntilQuiet(run);

  const startedAtMs = performance.now();
  const traffic = startTraffic(
    run.endpoints.gateway,
    [...tenants, ...bystanders],
    rate,
  );
  let done = 0;
  const changes = await runTrials({
    ...{ run, traffic, tenants, trials },
    observationMs: OBSERVATION_MS,
    onChange: ({ tenantId, to, firstMs, forGoodMs }) => {
      done += 1;
      console.log(
        `${String(done).padStart(4)}/${trials * 2}  ${tenantId} ${to.padEnd(9)}  first ${inSeconds(firstMs)}  for good ${inSeconds(forGoodMs)}`,
      );
    },
  });
  const flushesBefore = run.controlPlane.flushes.length;
  const importMs = await importRows(run, rows);
  await waitUntilQuiet(run);
  const importFlushes = run.controlPlane.flushes.length - flushesBefore;
  await traffic.stop();
  const seconds = (performance.now() - startedAtMs) / 1000;

  console.log("");
  reportTraffic(traffic, seconds);
  const unexplained = findUnexplained(traffic.answers, changes, LIMIT_MS);
  const describeAnswer = (answer: Answer): string =>
    `${answer.tenantId} ${answer.status} ${answer.reason ?? ""}, sent after ${inSeconds(answer.sentAtMs - startedAtMs)}, answered in ${inSeconds(answer.answeredAtMs - answer.sentAtMs)}`;
  const isMissing = ({ status }: Answer): boolean =>
    status === 0 || status >= 500;
  const wrong = unexplained
    .filter((answer) => !isMissing(answer))
    .map(describeAnswer);
  // Not a refusal, but no answer either: on a machine that is busy otherwise a cold start may run out of its time.
  const missing = unexplained.filter(isMissing).map(describeAnswer);
  const [authorizer] = resourcesOfType(
    run.stack,
    "AWS::ApiGateway::Authorizer",
  );
  const ttl = authorizer?.properties["AuthorizerResultTtlInSeconds"];
  return [
    report(
      `without a flush, answers are kept for ${String(ttl)} s`,
      ttl === 300 ? [] : ["the drill is about 300 s"],
    ),
    reportChanges("suspended", changes),
    reportChanges("active", changes),
    report("answers that none of the tenant's statuses explains", wrong),
    report("answers that say nothing, 503 or none at all", missing),
    report(
      `a bulk import of ${rows} rows in ${(importMs / 1000).toFixed(1)} s: ${importFlushes} flushes (at most ${MAX_IMPORT_FLUSHES})`,
      importFlushes > MAX_IMPORT_FLUSHES ? ["too many"] : [],
    ),
    report(
      "changes that were given up",
      run.eventSources.queues.flatMap(({ messages }) => messages),
    ),
  ].every(Boolean);
}

async function importRows(run: LocalRun, rows: number): Promise<number> {
  const startedAtMs = performance.now();
  let written = 0;
  await Promise.all(
    Array.from({ length: IMPORT_WRITERS }, async () => {
      while (written < rows) {
        written += 1;
        await putRow(run, `bulk-${written}`);
      }
    }),
  );
  return performance.now() - startedAtMs;
}

function reportTraffic({ answers }: Traffic, seconds: number): void {
  const [cpu] = cpus();
  const counts = Map.groupBy(answers, ({ status }) => status);
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpu?.model ?? "unknown CPU"}`,
  );
  console.log(
    `${answers.length} requests in ${seconds.toFixed(0)} s (${(answers.length / seconds).toFixed(1)} per second): ${[
      ...counts,
    ]
      .map(([status, { length }]) => `${length} × ${status}`)
      .join(", ")}`,
  );
}

function reportChanges(
  to: MeasuredChange["to"],
  changes: readonly MeasuredChange[],
): boolean {
  const own = changes.filter((change) => change.to === to);
  const late = own.filter(({ forGoodMs = Infinity }) => forGoodMs > LIMIT_MS);
  return report(
    [
      `${own.length} times ${to}`,
      `first answer ${describe(own.map(({ firstMs }) => firstMs))}`,
      `for good ${describe(own.map(({ forGoodMs }) => forGoodMs))}`,
    ].join("; "),
    late.map(
      ({ tenantId, forGoodMs }) => `${tenantId}: ${inSeconds(forGoodMs)}`,
    ),
  );
}

function describe(durationsMs: readonly (number | undefined)[]): string {
  const sorted = durationsMs
    .map((durationMs = Infinity) => durationMs)
    .sort((a, b) => a - b);
  const at = (share: number): string =>
    inSeconds(sorted[Math.floor((sorted.length - 1) * share)]);
  return `min ${at(0)}, median ${at(0.5)}, max ${at(1)}`;
}

function inSeconds(ms = Infinity): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : "never";
}

/** @returns whether there was nothing to find fault with */
function report(what: string, faults: readonly string[]): boolean {
  const isGood = faults.length === 0;
  console.log(`${isGood ? "ok    " : "BROKEN"}  ${what}`);
  for (const fault of faults.slice(0, 10)) {
    console.log(`        ${fault}`);
  }
  if (faults.length > 10) {
    console.log(`        and ${faults.length - 10} more`);
  }
  return isGood;
}

const options = parseDrillOptions();
if (options === undefined) {
  console.log(HELP);
} else {
  const run = await startLocalRun({
    onFunctionLog: ({ line }) => {
      // Says why, should there be a 503.
      if (line.includes('"could_not_tell"')) console.log(line);
    },
  });
  try {
    console.log(
      `${options.trials} trials at ${options.rate} requests per second\n`,
    );
    process.exitCode = (await drill(run, options)) ? 0 : 1;
  } finally {
    await run.stop();
  }
}
