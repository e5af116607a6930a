/** Judges a range of cases by both sides and counts what they say. */
import { type CaseFactory, createCaseFactory } from "./cases.ts";
import { type Disagreement, type Judged, findDisagreement } from "./compare.ts";
import { findKnownDifference } from "./known-differences.ts";
import { type Oracle, createOracle } from "./oracle.ts";
import { type Subject, createSubject } from "./subject.ts";
import type { World } from "./world.ts";

export type Counts = Readonly<Record<string, number>>;

export interface Failure {
  readonly seed: number;
  readonly index: number;
  readonly steps: readonly string[];
  readonly detail: string;
  readonly deployment: string;
  readonly nowMs: number;
  readonly authorization: string;
}

export interface Report {
  readonly cases: number;
  /** By outcome and reason of the authorizer. */
  readonly verdicts: Counts;
  /** By the name of the known difference that explains them. */
  readonly explained: Counts;
  readonly unexplained: number;
  /** The first of the unexplained. */
  readonly failures: readonly Failure[];
  /** What jose alone accepts and the authorizer does not, by the authorizer's reason. */
  readonly refusedBeyondJose: Counts;
}

export interface Range {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** jose verifies in OpenSSL's threads: so many cases are asked at once. */
const BATCH = 64;
const MAX_FAILURES = 10;

export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  /** The most frequent first. */
  toCounts(): Counts {
    return Object.fromEntries([...this.#counts].sort(([, a], [, b]) => b - a));
  }
}

export async function runFuzz(
  world: World,
  { seed, from, to }: Range,
  onProgress: (cases: number) => void = () => undefined,
): Promise<Report> {
  const sides = {
    createCase: createCaseFactory(world, seed),
    subject: createSubject(world),
    oracle: createOracle(world),
  };
  const verdicts = new Tally();
  const explained = new Tally();
  const refusedBeyondJose = new Tally();
  const failures: Failure[] = [];
  let unexplained = 0;

  for (let first = from; first < to; first += BATCH) {
    const last = Math.min(first + BATCH, to);
    for (const judged of await judgeBatch(sides, first, last)) {
      const { subject, oracle } = judged;
      verdicts.add(`${subject.outcome} ${subject.reason ?? ""}`.trim());
      if (
        oracle.joseRefuses === undefined &&
        subject.outcome === "unauthenticated"
      ) {
        refusedBeyondJose.add(String(subject.reason));
      }
      const disagreement = findDisagreement(judged);
      if (disagreement === undefined) continue;
      const known = findKnownDifference(disagreement);
      if (known !== undefined) {
        explained.add(known.name);
        continue;
      }
      unexplained += 1;
      if (failures.length < MAX_FAILURES) failures.push(describe(disagreement));
    }
    onProgress(last - first);
  }
  return {
    cases: to - from,
    verdicts: verdicts.toCounts(),
    explained: explained.toCounts(),
    unexplained,
    failures,
    refusedBeyondJose: refusedBeyondJose.toCounts(),
  };
}

/** One case again, for a closer look. */
export async function runOne(
  world: World,
  seed: number,
  index: number,
): Promise<Judged> {
  const fuzzCase = createCaseFactory(world, seed)(index);
  const subject = await createSubject(world)(fuzzCase);
  return { fuzzCase, subject, oracle: await createOracle(world)(fuzzCase) };
}

async function judgeBatch(
  {
    createCase,
    subject,
    oracle,
  }: { createCase: CaseFactory; subject: Subject; oracle: Oracle },
  first: number,
  last: number,
): Promise<readonly Judged[]> {
  const waiting: Promise<Judged>[] = [];
  for (let index = first; index < last; index += 1) {
    const fuzzCase = createCase(index);
    // One at a time, because each sets the clock.
    const verdict = await subject(fuzzCase);
    waiting.push(
      oracle(fuzzCase).then((judgement) => ({
        fuzzCase,
        subject: verdict,
        oracle: judgement,
      })),
    );
  }
  return await Promise.all(waiting);
}

function describe({ fuzzCase, kind, detail }: Disagreement): Failure {
  const { seed, index, steps, deployment, nowMs, authorization } = fuzzCase;
  return {
    seed,
    index,
    steps,
    detail: `${kind}: ${detail}`,
    deployment: deployment.name,
    nowMs,
    authorization,
  };
}
