/** Spreads a run over worker threads and adds up what they report. */
import { Worker } from "node:worker_threads";
import type { Breakage } from "./breakages.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";
import { type Counts, type Report, Tally } from "./run.ts";
import type { WorkerMessage, WorkerTask } from "./worker.ts";
import type { World } from "./world.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly cases: number;
  readonly workers: number;
  readonly breakage?: Breakage | undefined;
  readonly onProgress?: (cases: number) => void;
}

export async function fuzz(
  world: World,
  { seed, cases, workers, breakage, onProgress }: FuzzOptions,
): Promise<Report> {
  const share = Math.ceil(cases / workers);
  const reports = await Promise.all(
    Array.from({ length: workers }, (_, worker) =>
      runWorker(
        {
          world,
          range: {
            seed,
            from: Math.min(worker * share, cases),
            to: Math.min((worker + 1) * share, cases),
          },
          edits: breakage?.edits ?? [],
        },
        onProgress,
      ),
    ),
  );
  return {
    cases,
    verdicts: add(reports.map(({ verdicts }) => verdicts)),
    explained: add(reports.map(({ explained }) => explained)),
    unexplained: reports.reduce((sum, report) => sum + report.unexplained, 0),
    failures: reports.flatMap(({ failures }) => failures),
    refusedBeyondJose: add(reports.map((report) => report.refusedBeyondJose)),
  };
}

/** Known differences that the run has not met. */
export function unmetDifferences({ explained }: Report): readonly string[] {
  return KNOWN_DIFFERENCES.map(({ name }) => name).filter(
    (name) => !Object.hasOwn(explained, name),
  );
}

function runWorker(
  workerData: WorkerTask,
  onProgress: ((cases: number) => void) | undefined,
): Promise<Report> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData,
      // Not those of a test runner that may be the parent.
      execArgv: [],
      env: {},
    });
    worker.on("message", (message: WorkerMessage) => {
      if ("report" in message) resolve(message.report);
      else onProgress?.(message.progress);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      reject(new Error(`the worker ended with ${code} and no report`));
    });
  });
}

function add(all: readonly Counts[]): Counts {
  const sum = new Tally();
  for (const [name, count] of all.flatMap((counts) => Object.entries(counts))) {
    sum.add(name, count);
  }
  return sum.toCounts();
}
