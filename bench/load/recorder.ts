/** Keeps count of answers and their times, and puts them together with what the gateway says of each request. */
import type { CacheUse } from "../../local/gateway/access-log.ts";
import { percentile } from "../median.ts";
import { findFault } from "./judge.ts";
import { SHARES, type RequestKind } from "./request-mix.ts";
import type { Exchange } from "./send-requests.ts";

export interface LatencyRow {
  readonly answer: string;
  readonly requests: number;
  /** Milliseconds, as the client sees them. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface Recorder {
  readonly add: (exchange: Exchange) => void;
  readonly addUses: (
    uses: readonly (readonly [requestId: string, use: CacheUse])[],
  ) => void;
  /** What is due from now on is measured; until then it is only judged. */
  readonly beginMeasuring: (nowMs: number) => void;
  readonly count: () => Counts;
  /** Faults so far, in words, at most 20 of them. */
  readonly faults: readonly string[];
  /** By status and by whether the authorizer was asked, each kind by itself and all together. */
  readonly latencies: () => readonly LatencyRow[];
}

export interface Counts {
  /** Since the start, and since measuring began. */
  readonly answered: number;
  readonly measured: number;
  readonly faulty: number;
  /** Measured ones that the gateway has not said anything of. */
  readonly unexplained: number;
  readonly kinds: Readonly<Record<RequestKind, number>>;
}

const MAX_FAULTS = 20;

/** What an answer came from, in words. */
const USES: Readonly<Record<CacheUse, string>> = {
  miss: "decided by the authorizer",
  off: "decided by the authorizer",
  hit: "from a kept answer",
  none: "the authorizer not asked",
};

interface Measured {
  readonly status: number;
  readonly latencyMs: number;
}

export function createRecorder(): Recorder {
  const kinds = new Map<RequestKind, number>();
  const faults: string[] = [];
  const latencies = new Map<string, number[]>();
  /** The gateway's word and the answer come in either order. */
  const waitingForUse = new Map<string, Measured>();
  const waitingForAnswer = new Map<string, CacheUse>();
  let measuringFromMs = Infinity;
  let answered = 0;
  let faulty = 0;
  let measured = 0;

  function keep({ status, latencyMs }: Measured, use: CacheUse): void {
    const answer = `${status}, ${USES[use]}`;
    const own = latencies.get(answer);
    if (own === undefined) latencies.set(answer, [latencyMs]);
    else own.push(latencyMs);
  }

  return {
    faults,

    add({ request, answer, error, dueAtMs, answeredAtMs }) {
      answered += 1;
      kinds.set(request.kind, (kinds.get(request.kind) ?? 0) + 1);
      const fault =
        answer === undefined
          ? `${request.kind}, ${request.path}: ${error ?? "no answer"}`
          : findFault(request, answer);
      if (fault !== undefined) {
        faulty += 1;
        if (faults.length < MAX_FAULTS) faults.push(fault);
      }
      if (answer === undefined) return;
      const { requestId, status } = answer;
      const use = waitingForAnswer.get(requestId);
      waitingForAnswer.delete(requestId);
      if (dueAtMs < measuringFromMs) return;
      measured += 1;
      const entry = { status, latencyMs: answeredAtMs - dueAtMs };
      if (use === undefined) waitingForUse.set(requestId, entry);
      else keep(entry, use);
    },

    addUses(uses) {
      for (const [requestId, use] of uses) {
        const entry = waitingForUse.get(requestId);
        if (entry === undefined) waitingForAnswer.set(requestId, use);
        else keep(entry, use);
        waitingForUse.delete(requestId);
      }
    },

    beginMeasuring(nowMs) {
      measuringFromMs = nowMs;
      waitingForAnswer.clear();
    },

    count: () => ({
      ...{ answered, measured, faulty, unexplained: waitingForUse.size },
      kinds: Object.fromEntries(
        Object.keys(SHARES).map((kind) => [
          kind,
          kinds.get(kind as RequestKind) ?? 0,
        ]),
      ) as Record<RequestKind, number>,
    }),

    latencies: () => [
      ...[...latencies]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([answer, values]) => describeLatencies(answer, values)),
      describeLatencies("all", [...latencies.values()].flat()),
    ],
  };
}

function describeLatencies(
  answer: string,
  values: readonly number[],
): LatencyRow {
  const at = (percent: number): number => percentile(values, percent);
  return {
    ...{ answer, requests: values.length },
    ...{ p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: at(100) },
  };
}
