/** The tables of `npm run bench:cold`, as rows and as Markdown. */
import { markdownTable } from "../markdown-table.ts";
import { median } from "../median.ts";
import type { Journey, Moment } from "./round-trips.ts";
import type { Start } from "./start.ts";

export interface StartRow {
  readonly name: string;
  readonly label: string;
  readonly starts: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly initMs: number;
  readonly rssMb: number;
  /** To the limit. */
  readonly cpuRatio: number;
  readonly wallRatio: number;
  /** The same with the cost of an empty handler under the runtime's stand-in in place of the limit. */
  readonly cpuToEmpty: number;
}

/** @throws when there are no starts of one of them */
export function rowsOf(
  labels: ReadonlyMap<string, string>,
  starts: ReadonlyMap<string, readonly Start[]>,
): readonly StartRow[] {
  const figuresOf = (name: string) => {
    const own = starts.get(name) ?? [];
    const of = (pick: (start: Start) => number): number =>
      median(own.map(pick));
    return {
      starts: own.length,
      cpuMs: of(({ cpuMs }) => cpuMs),
      wallMs: of(({ wallMs }) => wallMs),
      initMs: of(({ initMs }) => initMs),
      rssMb: of(({ rssMb }) => rssMb),
    };
  };
  const limit = figuresOf("limit");
  const empty = figuresOf("empty");
  return [...labels].map(([name, label]) => {
    const figures = figuresOf(name);
    return {
      ...{ name, label, ...figures },
      cpuRatio: figures.cpuMs / limit.cpuMs,
      wallRatio: figures.wallMs / limit.wallMs,
      cpuToEmpty: figures.cpuMs / empty.cpuMs,
    };
  });
}

export function describeStarts(rows: readonly StartRow[]): string {
  return markdownTable(
    ["", "CPU ms", "× limit", "× empty", "wall ms", "× limit", "init ms", "MB"],
    rows.map((row) => [
      row.label,
      row.cpuMs.toFixed(1),
      row.cpuRatio.toFixed(2),
      row.cpuToEmpty.toFixed(2),
      row.wallMs.toFixed(1),
      row.wallRatio.toFixed(2),
      row.initMs.toFixed(1),
      row.rssMb.toFixed(0),
    ]),
  );
}

export type JourneyRow = Journey & { readonly label: string };

export function describeJourneys(rows: readonly JourneyRow[]): string {
  return markdownTable(
    ["round trips, one after the other", "in init", "after it", "together"],
    rows.map(({ label, inInit, afterInit, untilDecision }) => [
      label,
      inInit.toFixed(1),
      afterInit.toFixed(1),
      untilDecision.toFixed(1),
    ]),
  );
}

export function describeTimeline(moments: readonly Moment[]): string {
  return markdownTable(
    ["what", "ms after the start"],
    moments.map(({ what, atMs }) => [what, atMs.toFixed(0)]),
  );
}
