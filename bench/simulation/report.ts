/** The figures of bench/results/simulation.json as text: the terminal's and docs/performance.md's. */
import { type Cell, markdownTable } from "../markdown-table.ts";
import { type EntrySizes, estimateCacheBytes } from "./memory.ts";
import type { Break, Verdict } from "./quotas.ts";
import type { Percentiles, Summary } from "./summary.ts";

/** What `npm run bench:simulation` writes, besides time and machine. */
export interface SimulationResult {
  readonly assumptions: readonly string[];
  readonly entrySizes: EntrySizes;
  readonly scenarios: readonly {
    readonly name: string;
    readonly summary: Summary;
    readonly verdicts: readonly Verdict[];
  }[];
  readonly sweeps: readonly {
    readonly hasSnapshot: boolean;
    readonly summaries: readonly Summary[];
    readonly breaks: readonly Break[];
  }[];
}

export function renderSimulation(result: SimulationResult): string {
  return [
    "`npm run bench:simulation` plays traffic in simulated time on the product's own caches, compiler and change handler; the same seed gives the same figures. `npm run bench:simulation:check` plays one schedule of requests on the local run and in the simulation, and ends with 1 unless invocations, cold starts, table reads, JWKS fetches, flushes and answers are equal in each phase.",
    ...result.sweeps.map(renderFirstBreak),
    "### Scenarios",
    renderScenarios(result),
    "### Peaks against published quotas",
    "Defaults of one account and region; the issuer's is that of Auth0's free plan. API Gateway's is 2,500 requests/s in newer regions; its burst evens out random arrivals, so the mean rate is held against it.",
    renderVerdicts(result),
    ...result.sweeps.flatMap((sweep) => [
      `### Sweep over rates, ${sweep.hasSnapshot ? "a key-set snapshot bundled" : "no snapshot"}`,
      renderSweep(sweep.summaries),
      renderBreaks(sweep.breaks),
    ]),
    "### Assumptions",
    result.assumptions.map((sentence) => `- ${sentence}`).join("\n"),
  ].join("\n\n");
}

type Sweep = SimulationResult["sweeps"][number];

function renderFirstBreak({ hasSnapshot, summaries, breaks }: Sweep): string {
  const condition = hasSnapshot
    ? "With a key-set snapshot"
    : "Without a snapshot";
  const [first] = breaks;
  const top = Math.max(...summaries.map(({ rate }) => rate));
  const failing = summaries.filter((summary) => unanswered(summary) > 0);
  const failures =
    failing.length === 0
      ? `no request is answered 503 up to ${whole(top)} requests/s`
      : `the first 503s come at ${whole(Math.min(...failing.map(({ rate }) => rate)))} requests/s`;
  if (first?.breaksAt === undefined) {
    return `${condition}, every quota holds up to ${whole(top)} requests/s, and ${failures}.`;
  }
  const holds =
    first.holdsAt === undefined ? "" : ` (at ${whole(first.holdsAt)} it holds)`;
  return `${condition}, the quota that breaks first is **${first.name}**: at ${whole(first.breaksAt)} requests/s${holds} the peak after a flush is ${whole(first.peak)} of ${whole(first.limit)}; ${failures}.`;
}

function renderScenarios({ scenarios, entrySizes }: SimulationResult): string {
  const rows: readonly (readonly [string, (summary: Summary) => Cell])[] = [
    ["requests/s, and for how long", (s) => `${whole(s.rate)}, ${s.seconds} s`],
    ["answered from the gateway's cache", (s) => percent(s.hitRatio)],
    [
      "authorizer invocations/s, mean and peak",
      (s) => pair(s.invocations / s.seconds, s.peakInvocations),
    ],
    [
      "table reads/s, mean and peak",
      (s) => pair(s.reads / s.seconds, s.peakReads),
    ],
    ["hottest item, reads/s", (s) => whole(s.peakHottestItem)],
    ["hottest partition, reads/s", (s) => whole(s.peakHottestPartition)],
    [
      "JWKS fetches, peak in 1 s, of them 429",
      (s) =>
        [s.jwksFetches, s.peakJwksFetches, s.jwksRefused]
          .map(whole)
          .join(" / "),
    ],
    ["cold starts", (s) => whole(s.coldStarts)],
    ["most environments busy at a time", (s) => whole(s.mostBusy)],
    ["environments warm at the end", (s) => whole(s.environments)],
    [
      "records in an environment, median and most",
      (s) => pair(s.medianRecords, s.mostRecords),
    ],
    [
      "its caches, MB at most",
      (s) => (estimateCacheBytes(s.mostRecords, entrySizes) / 1e6).toFixed(1),
    ],
    ["answered 503", (s) => whole(unanswered(s))],
    ["added ms, p50 / p99 / p99.9 / max", (s) => percentiles(s.steadyMs)],
    ["the same in the 10 s after a flush", (s) => percentiles(s.tailMs)],
    ["flushes, and most in 1 s", (s) => pair(s.flushes, s.peakFlushes)],
    [
      "revocation lag s, median and longest",
      (s) =>
        `${s.medianLagSeconds.toFixed(1)} (${s.longestLagSeconds.toFixed(1)})`,
    ],
  ];
  const { bytesPerRecord, bytesPerToken, maxRecords, maxTokens } = entrySizes;
  return [
    markdownTable(
      ["", ...scenarios.map(({ name }) => name)],
      rows.map(([label, cell]) => [
        label,
        ...scenarios.map(({ summary }) => cell(summary)),
      ]),
    ),
    `Measured on full caches after a forced collection: a record with its policy is ${whole(bytesPerRecord)} bytes, a verified token ${whole(bytesPerToken)}; the bounds of ${whole(maxRecords)} and ${whole(maxTokens)} make ${(estimateCacheBytes(maxRecords, entrySizes) / 1e6).toFixed(1)} MB of the function's 512 MB, whatever the number of tenants.`,
  ].join("\n\n");
}

function renderVerdicts({ scenarios }: SimulationResult): string {
  const quotas = scenarios[0]?.verdicts ?? [];
  return markdownTable(
    ["quota", "limit", ...scenarios.map(({ name }) => name)],
    quotas.map(({ quota, limit }, index) => [
      quota,
      whole(limit),
      ...scenarios.map(({ verdicts }) => {
        const verdict = verdicts[index];
        return verdict === undefined
          ? "–"
          : `${whole(verdict.peak)} ${verdict.isWithin ? "holds" : "**breaks**"}`;
      }),
    ]),
  );
}

const renderSweep = (summaries: readonly Summary[]): string =>
  markdownTable(
    [
      "requests/s",
      "hits",
      "invocations/s, peak",
      "reads/s, peak",
      "hottest partition",
      "new environments in 10 s",
      "busy, most",
      "JWKS/s, peak",
      "429s",
      "503s",
      "p99.9 after a flush, ms",
    ],
    summaries.map((s) => [
      whole(s.rate),
      percent(s.hitRatio),
      whole(s.peakInvocations),
      whole(s.peakReads),
      whole(s.peakHottestPartition),
      whole(s.peakStartsWantedIn10Seconds),
      whole(s.mostBusy),
      whole(s.peakJwksFetches),
      whole(s.jwksRefused),
      whole(unanswered(s)),
      s.tailMs.p999,
    ]),
  );

const renderBreaks = (breaks: readonly Break[]): string =>
  markdownTable(
    ["quota", "limit", "holds at", "breaks at", "peak"],
    breaks.map(({ name, limit, holdsAt, breaksAt, peak }) => [
      name,
      whole(limit),
      holdsAt === undefined ? "–" : whole(holdsAt),
      breaksAt === undefined ? "–" : whole(breaksAt),
      whole(peak),
    ]),
  );

/** What the client sees as a 503: no keys, or no environment. */
const unanswered = ({ couldNotTell, throttled }: Summary): number =>
  couldNotTell + throttled;

const whole = (value: number): string => Math.round(value).toLocaleString("en");
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const pair = (usual: number, most: number): string =>
  `${whole(usual)} (${whole(most)})`;
const percentiles = ({ count, p50, p99, p999, max }: Percentiles): string =>
  count === 0 ? "–" : [p50, p99, p999, max].join(" / ");
