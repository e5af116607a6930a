/** The tables of `npm run bench:load`. */
import { markdownTable } from "../markdown-table.ts";
import type { MemoryRow } from "./memory.ts";
import type { LoadOptions } from "./options.ts";
import type { Counts, LatencyRow } from "./recorder.ts";
import type { Sample } from "./messages.ts";

export interface LoadResult {
  readonly options: LoadOptions;
  readonly seconds: number;
  readonly perSecond: number;
  readonly counts: Counts;
  /** What broke, in words; nothing when all was as it must be. */
  readonly faults: readonly string[];
  readonly authorizer: Sample["authorizer"];
  /** How long the collections before the samples held up the gateway. */
  readonly collectMs: { readonly median: number; readonly max: number };
  readonly latencies: readonly LatencyRow[];
  readonly memory: readonly MemoryRow[];
}

export function describeTraffic(result: LoadResult): string {
  const { options, counts, authorizer, seconds, perSecond } = result;
  const { connections, rate, ttlSeconds } = options;
  const pace = rate === undefined ? "as fast as answered" : `${rate}/s asked`;
  return [
    `${counts.answered} requests, ${counts.measured} of them in the ${seconds.toFixed(0)} s after the warm-up:`,
    `${perSecond.toFixed(0)} per second over ${connections} connections, ${pace}; errors: ${counts.faulty}.`,
    `Answers are kept for ${ttlSeconds} s; the authorizer ran ${authorizer.invocations} times in ${authorizer.environments} processes, ${authorizer.coldStarts} of them started.`,
  ].join("\n");
}

export function describeLatencies({ latencies }: LoadResult): string {
  return markdownTable(
    ["ms per answer", "requests", "p50", "p90", "p99", "p99.9", "max"],
    latencies.map((row) => [
      row.answer,
      row.requests,
      ...[row.p50, row.p90, row.p99, row.p999, row.max].map((value) =>
        value.toFixed(1),
      ),
    ]),
  );
}

export function describeMemoryRows({ memory }: LoadResult): string {
  return markdownTable(
    ["memory", "samples", "first MB", "last MB", "kB per minute"],
    memory.map((row) => [
      row.of,
      row.samples,
      (row.firstKb / 1024).toFixed(1),
      (row.lastKb / 1024).toFixed(1),
      row.kbPerMinute.toFixed(0),
    ]),
  );
}
