/** The aims of bench/, and whether the latest results reach them. Figures are judged as measured, and shown rounded. */
import type { Results } from "./results.ts";

export interface Aim {
  readonly aim: string;
  /** The script whose result decides. */
  readonly script: string;
  /** What was measured; nothing as long as there is no result. */
  readonly figures: (results: Results) => readonly Figure[] | undefined;
}

/** One measured value that must be at most `limit`. */
export interface Figure {
  readonly value: number;
  readonly limit: number;
  /** Of the shown value. @default 2 */
  readonly digits?: number;
  /** Said after the value in the column "now". */
  readonly what?: string;
}

export type Verdict = "yes" | "no result" | `not yet: ${string}`;

/** Every figure must hold; the verdict names those that do not. */
export function judge(figures: readonly Figure[] | undefined): Verdict {
  if (figures === undefined) return "no result";
  // A value that is no number holds nothing.
  const missed = figures.filter(({ value, limit }) => !(value <= limit));
  return missed.length === 0
    ? "yes"
    : `not yet: ${missed.map(showValue).join(", ")}`;
}

/** Never rounded to the limit from above: "not yet: 1.20" of 1.2 would look like a mistake. */
export function showValue({ value, limit, digits = 2 }: Figure): string {
  const shown = value.toFixed(digits);
  return value > limit && Number(shown) <= limit && digits < MAX_DIGITS
    ? showValue({ value, limit, digits: digits + 1 })
    : shown;
}

const MAX_DIGITS = 8;

/** What rounds of one run differ by although nothing has changed. */
const NOISE = 1.05;
/** Of memory that may come or go in a minute without a trend: a hundredth of the process. */
const STEADY_PERCENT = 1;

export const AIMS: readonly Aim[] = [
  {
    aim: "distinct tokens ≤ 1.2 × aws-jwt-verify alone",
    script: "bench:warm",
    figures: (results) =>
      warmRow(results, CACHED, ({ timesLibrary }) => [
        { value: timesLibrary, limit: 1.2 },
      ]),
  },
  {
    aim: "distinct tokens faster than jose, and than jsonwebtoken + jwks-rsa",
    script: "bench:warm",
    figures: (results) =>
      warmRow(results, CACHED, ({ micros }) =>
        ["jose", "jsonwebtoken + jwks-rsa"].map((peer) => ({
          value: micros / rowOf(results.warm?.rows, peer).micros,
          limit: 1,
          what: `× ${peer}`,
        })),
      ),
  },
  {
    aim: "the far goal: distinct tokens ≤ 1.6 × one RSA verification",
    script: "bench:warm",
    figures: (results) =>
      warmRow(results, CACHED, ({ timesRaw }) => [
        { value: timesRaw, limit: 1.6 },
      ]),
  },
  {
    aim: "a repeated token ≤ 0.25 × one RSA verification",
    script: "bench:warm",
    figures: (results) =>
      warmRow(results, "the handler, one token repeated", ({ timesRaw }) => [
        { value: timesRaw, limit: 0.25 },
      ]),
  },
  {
    aim: "warm cost independent of the number of routes: ≤ 1.05 × the smallest, which is noise",
    script: "bench:warm",
    figures: (results) => scaleFigures(results, /^\d+ routes?$/),
  },
  {
    aim: "and of the number of tenants that are kept",
    script: "bench:warm",
    figures: (results) => scaleFigures(results, /^\d+ tenants? in turn$/),
  },
  {
    aim: "cold start CPU ≤ 1.6 × a process that imports `node:https`",
    script: "bench:cold",
    figures: ({ cold }) =>
      cold && [
        { value: rowOf(cold.rows, "product").cpuRatio, limit: 1.6 },
        {
          value: rowOf(cold.rows, "import").cpuRatio,
          limit: Infinity,
          what: "to load the bundle",
        },
      ],
  },
  {
    // Three for each new TLS connection, in parallel, and a read that has to wait for a verified token.
    aim: "keys and table reached in parallel: ≤ 4 round trips (± 0.5), not 6",
    script: "bench:cold",
    figures: ({ cold }) =>
      cold && [
        {
          value: rowOf(cold.roundTrips, "product").untilDecision,
          limit: 4.5,
          digits: 1,
          what: "round trips",
        },
      ],
  },
  {
    aim: "bundle within its budget; a test holds it",
    script: "bench:bundle",
    figures: ({ bundle }) =>
      bundle && [
        {
          value: bundle.bytes,
          limit: bundle.budgetBytes,
          digits: 0,
          what: `of ${bundle.budgetBytes} bytes`,
        },
      ],
  },
  {
    aim: "no error under load on the local run",
    script: "bench:load",
    figures: ({ load }) =>
      load && [
        {
          value: Math.max(load.counts.faulty, load.faults.length),
          limit: 0,
          digits: 0,
          what: `in ${load.counts.answered} requests`,
        },
      ],
  },
  {
    aim: "and memory steady: no more than 1 % a minute in gateway or authorizer",
    script: "bench:load",
    figures: ({ load }) =>
      load && [
        steepest(load.memory, /^gateway.*GC$/),
        steepest(load.memory, /^authorizer.*GC$/),
        steepest(load.memory, /^gateway.*RSS$/),
        steepest(load.memory, /^authorizer.*RSS$/),
      ],
  },
];

const CACHED = "the handler, record cached";

function warmRow(
  { warm }: Results,
  name: string,
  figures: (
    row: NonNullable<Results["warm"]>["rows"][number],
  ) => readonly Figure[],
): readonly Figure[] | undefined {
  return warm && figures(rowOf(warm.rows, name));
}

function scaleFigures(
  { warm }: Results,
  names: RegExp,
): readonly Figure[] | undefined {
  if (warm === undefined) return undefined;
  const rows = warm.scale.filter(({ name }) => names.test(name));
  if (rows.length < 2) throw new Error(`warm.json has no rows ${names.source}`);
  return [
    {
      value: Math.max(...rows.map(({ timesFirst }) => timesFirst)),
      limit: NOISE,
      what: `at most, from ${rows[0]?.name ?? ""} to ${rows.at(-1)?.name ?? ""}`,
    },
  ];
}

/** Of these rows the one that grows most for its size. */
function steepest(
  memory: NonNullable<Results["load"]>["memory"],
  names: RegExp,
): Figure {
  const rows = memory
    .filter(({ of }) => names.test(of))
    .map(({ of, kbPerMinute, lastKb }) => ({
      value: (kbPerMinute / lastKb) * 100,
      limit: STEADY_PERCENT,
      what: `% a minute, ${of}`,
    }))
    .sort((a, b) => b.value - a.value);
  if (rows[0] === undefined)
    throw new Error(`load.json has no ${names.source}`);
  return rows[0];
}

/** @throws when it has gone: an aim that finds nothing to judge must not pass */
function rowOf<Row extends { readonly name: string }>(
  rows: readonly Row[] = [],
  name: string,
): Row {
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`the results have no row: ${name}`);
  return row;
}
