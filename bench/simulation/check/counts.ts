/** What is counted on both sides, phase by phase, and whether the two agree. */

export const MEASURES = [
  "requests",
  "invocations",
  "coldStarts",
  "reads",
  "jwksFetches",
  "flushes",
  "allowed",
  "forbidden",
  "couldNotTell",
] as const;
export type Measure = (typeof MEASURES)[number];

export type Counts = Readonly<Record<Measure, number>>;

export const subtract = (after: Counts, before: Counts): Counts =>
  Object.fromEntries(
    MEASURES.map((measure) => [measure, after[measure] - before[measure]]),
  ) as Record<Measure, number>;

export interface ComparedPhase {
  readonly name: string;
  readonly local: Counts;
  readonly simulated: Counts;
  /** What the two do not agree on; every count must be equal. */
  readonly differing: readonly Measure[];
}

/** @param phases names in the order of both lists */
export function compare(
  phases: readonly string[],
  local: readonly Counts[],
  simulated: readonly Counts[],
): readonly ComparedPhase[] {
  return phases.map((name, index) => {
    const ours = local[index];
    const theirs = simulated[index];
    if (ours === undefined || theirs === undefined) {
      throw new Error(`the phase "${name}" was not played on both sides`);
    }
    return {
      name,
      local: ours,
      simulated: theirs,
      differing: MEASURES.filter(
        (measure) => ours[measure] !== theirs[measure],
      ),
    };
  });
}
