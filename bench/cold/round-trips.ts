/** How many round trips follow each other before the first decision: how much longer it takes when all are longer. */
import { median } from "../median.ts";
import type { Start } from "./start.ts";

export interface Journey {
  /** One after the other, from the start of the process to its first decision. */
  readonly untilDecision: number;
  /** Of them, until it asked for its first event. */
  readonly inInit: number;
  /** Of them, between that event and its answer: what a client waits for. */
  readonly afterInit: number;
}

/** @param roundTripMs by how much the far starts' round trips are longer than the near ones' */
export function countRoundTrips(
  near: readonly Start[],
  far: readonly Start[],
  roundTripMs: number,
): Journey {
  const count = (duration: (start: Start) => number): number =>
    (median(far.map(duration)) - median(near.map(duration))) / roundTripMs;
  return {
    untilDecision: count(({ wallMs }) => wallMs),
    inInit: count(({ initMs }) => initMs),
    afterInit: count(({ wallMs, initMs }) => wallMs - initMs),
  };
}

export interface Moment {
  readonly what: string;
  readonly atMs: number;
}

/** What issuer and table saw first, when the function was ready, and when it had decided: medians, in their order. */
export function timelineOf(starts: readonly Start[]): readonly Moment[] {
  const moments = new Map<string, number[]>();
  const note = (what: string, atMs: number): void => {
    moments.set(what, [...(moments.get(what) ?? []), atMs]);
  };
  for (const { sights, initMs, wallMs } of starts) {
    const seen = new Map<string, number>();
    for (const { server, what, atMs } of sights) {
      const count = (seen.get(`${server} ${what}`) ?? 0) + 1;
      seen.set(`${server} ${what}`, count);
      note(`${server}: ${what}${count > 1 ? ` ${count}` : ""}`, atMs);
    }
    note("init over, event delivered", initMs);
    note("decision", wallMs);
  }
  return [...moments]
    .map(([what, times]) => ({ what, atMs: median(times) }))
    .sort((a, b) => a.atMs - b.atMs);
}
