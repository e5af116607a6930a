/** The cells of the fault matrix: what was seen, what had to be, and whether they fit. */
import type { Observation } from "./drilled-function.ts";

/** issue: the bounds that every cell keeps, in milliseconds at the invoker. */
export const BOUNDS_MS = {
  keys: 1_500,
  table: 1_000,
  /** In a new process, whose init opens the connection to the table. */
  tableCold: 1_400,
  both: 3_000,
} as const;

/** An answer that waits for nobody; far below every budget, far above what a busy machine adds. */
export const NO_WAIT_MS = 500;

export interface Expected {
  readonly outcome: Observation["outcome"];
  readonly reason?: Observation["reason"];
  readonly withinMs: number;
  readonly fetches: number;
  /** A read may be tried twice. */
  readonly reads: number | readonly [least: number, most: number];
  /** Of an answer from the cache: how old it must at least be, and what it must be younger than. */
  readonly keySetAge?: readonly [from: number, below: number];
  readonly recordAge?: readonly [from: number, below: number];
}

export interface Cell {
  readonly dependency: string;
  readonly fault: string;
  readonly state: string;
  readonly observed: Observation;
  readonly expected: Expected;
  /** Empty: as it must be, but for the time it took. */
  readonly problems: readonly string[];
  readonly isLate: boolean;
}

export type Report = (
  state: string,
  observed: Observation,
  expected: Expected,
) => void;

/** Collects the cells of one fault. */
export function createReport(
  dependency: string,
  fault: string,
): { readonly report: Report; readonly cells: Cell[] } {
  const cells: Cell[] = [];
  return {
    cells,
    report: (state, observed, expected) => {
      const problems = compare(observed, expected);
      const isLate = observed.ms > expected.withinMs;
      cells.push({
        dependency,
        fault,
        state,
        observed,
        expected,
        problems,
        isLate,
      });
    },
  };
}

function compare(observed: Observation, expected: Expected): readonly string[] {
  const problems = [...observed.faults];
  const must = (isSo: boolean, problem: string): void => {
    if (!isSo) problems.push(problem);
  };
  const isWithin = (
    value: number | undefined,
    [from, below]: readonly [number, number],
  ): boolean => value !== undefined && value >= from && value < below;

  must(
    observed.outcome === expected.outcome &&
      observed.reason === expected.reason,
    `expected ${describe(expected)}`,
  );
  must(
    observed.fetches === expected.fetches,
    `expected ${expected.fetches} fetches`,
  );
  const [least, most] =
    typeof expected.reads === "number"
      ? [expected.reads, expected.reads]
      : expected.reads;
  // Init opens the connection by a read of its own, and tries twice.
  const [leastOfInit, mostOfInit] = observed.isCold ? [1, 2] : [0, 0];
  must(
    isWithin(observed.reads, [least + leastOfInit, most + mostOfInit + 1]),
    `expected ${least === most ? least : `${least} to ${most}`} reads`,
  );
  const { keySetAge, recordAge } = expected;
  must(
    keySetAge === undefined || isWithin(observed.keySetAgeSeconds, keySetAge),
    `expected keys of ${keySetAge?.join(" to under ") ?? ""} s, got ${observed.keySetAgeSeconds ?? "none"}`,
  );
  must(
    recordAge === undefined || isWithin(observed.recordAgeSeconds, recordAge),
    `expected a record of ${recordAge?.join(" to under ") ?? ""} s, got ${observed.recordAgeSeconds ?? "none"}`,
  );
  return problems;
}

export function isGood({ problems, isLate }: Cell): boolean {
  return problems.length === 0 && !isLate;
}

export function describe({
  outcome,
  reason,
}: Pick<Expected, "outcome" | "reason">): string {
  return reason === undefined ? outcome : `${outcome} ${reason}`;
}
