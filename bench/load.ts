/**
 * `npm run bench:load`: sustained requests over HTTP against a local run with its real processes. Every answer is held
 * against what it must be; ends with 1 when one is not.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "./median.ts";
import { describeMemory, type TimedSample } from "./load/memory.ts";
import { HELP, type LoadOptions, parseLoadOptions } from "./load/options.ts";
import { createRecorder, type Recorder } from "./load/recorder.ts";
import {
  type LoadResult,
  describeLatencies,
  describeMemoryRows,
  describeTraffic,
} from "./load/report.ts";
import { drawRequest } from "./load/request-mix.ts";
import { sendRequests } from "./load/send-requests.ts";
import { type Host, startHost } from "./load/start-host.ts";
import { describeMachine, readVersions, writeResult } from "./results.ts";
import { createRandom } from "./simulation/random.ts";

const SAMPLE_EVERY_MS = 5_000;

async function load(options: LoadOptions): Promise<LoadResult> {
  const recorder = createRecorder();
  const couldNotTell: string[] = [];
  const host = await startHost({
    ttlSeconds: options.ttlSeconds,
    onMessage: (message) => {
      if (message.kind === "seen") recorder.addUses(message.requests);
      // Says why, should there be a 503.
      if (message.kind === "could-not-tell") couldNotTell.push(message.line);
    },
  });
  try {
    return await measure(host, recorder, options);
  } finally {
    for (const line of couldNotTell.slice(0, 10)) console.log(line);
    await host.stop();
  }
}

async function measure(
  host: Host,
  recorder: Recorder,
  options: LoadOptions,
): Promise<LoadResult> {
  const end = new AbortController();
  const random = createRandom(options.seed);
  const { gateway, pools } = host.ready;
  const traffic = sendRequests({
    ...{ gateway, signal: end.signal },
    connections: options.connections,
    rate: options.rate,
    draw: () => drawRequest(pools, random),
    onExchange: recorder.add,
  });
  let samples: readonly TimedSample[];
  let startedAtMs: number;
  try {
    await sleep(options.warmUpSeconds * 1000);
    startedAtMs = performance.now();
    recorder.beginMeasuring(startedAtMs);
    samples = await takeSamples(host, startedAtMs, options.minutes * 60_000);
  } finally {
    end.abort();
    await traffic;
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  // Its last word about the requests comes before its sample.
  const { authorizer } = await host.sample();

  const counts = recorder.count();
  const latencies = recorder.latencies();
  const collectMs = samples.map((sample) => sample.collectMs);
  return {
    ...{ options, seconds, counts, authorizer, latencies },
    perSecond: counts.measured / seconds,
    faults: [
      ...recorder.faults,
      ...(counts.unexplained === 0
        ? []
        : [`${counts.unexplained} answers that the gateway knows nothing of`]),
      // Without either the run would say nothing of it.
      ...["200, decided by the authorizer", "200, from a kept answer"]
        .filter((needed) => !latencies.some(({ answer }) => answer === needed))
        .map((needed) => `no answer was ${needed}`),
    ],
    collectMs: { median: median(collectMs), max: Math.max(...collectMs) },
    memory: describeMemory(samples),
  };
}

/** At even times from the start to the end, at least two. */
async function takeSamples(
  host: Host,
  startedAtMs: number,
  durationMs: number,
): Promise<readonly TimedSample[]> {
  const steps = Math.max(1, Math.round(durationMs / SAMPLE_EVERY_MS));
  const samples: TimedSample[] = [];
  for (let step = 0; step <= steps; step += 1) {
    const dueAtMs = startedAtMs + (durationMs * step) / steps;
    await sleep(Math.max(0, dueAtMs - performance.now()));
    const sample = await host.sample();
    samples.push({ ...sample, atMs: performance.now() - startedAtMs });
  }
  return samples;
}

const args = process.argv.slice(2);
const options = parseLoadOptions(args);
if (options === undefined) {
  console.log(HELP);
} else {
  const { cpu, cores, node } = describeMachine();
  console.log(
    `${cores} × ${cpu}, Node ${node}; ${options.warmUpSeconds} s of warm-up, then ${options.minutes} minutes\n`,
  );
  const result = await load(options);
  console.log(`${describeTraffic(result)}\n`);
  console.log(`${describeLatencies(result)}\n`);
  console.log(describeMemoryRows(result));
  for (const fault of result.faults) console.log(`BROKEN  ${fault}`);
  writeResult("load", {
    command: [
      "npm run bench:load",
      ...(args.length > 0 ? ["--", ...args] : []),
    ].join(" "),
    versions: readVersions(["aws-jwt-verify", "dynalite"]),
    ...result,
  });
  process.exitCode = result.faults.length === 0 ? 0 : 1;
}
