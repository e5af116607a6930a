/** Plays on the simulated platform what the local run was asked, at the moments at which it was asked. */
import { SECOND_KID } from "../issuer.ts";
import { type Platform, createPlatform } from "../platform.ts";
import { type Counts, MEASURES, type Measure, subtract } from "./counts.ts";
import {
  type Before,
  type Schedule,
  isOfNewKey,
  tenantOf,
} from "./schedule.ts";

/** When it happened on the local run, in milliseconds from the start. */
export interface PlayedPhase {
  /** Of each `before` of the phase. */
  readonly beforeAtMs: readonly number[];
  /** Of each request, when it was sent; the phase's last ones may be missing. */
  readonly requestsAtMs: readonly number[];
}

/** @returns the counts of each phase, what happened before its requests included */
export async function replay(
  schedule: Schedule,
  played: readonly PlayedPhase[],
): Promise<readonly Counts[]> {
  const endMs = Math.max(0, ...played.flatMap((phase) => phase.requestsAtMs));
  const platform = createPlatform(
    {
      tokens: schedule.tokens,
      ttlSeconds: schedule.ttlSeconds,
      hasSnapshot: false,
      seed: 1,
    },
    // The counters' end: a minute is more than the simulation can be behind.
    Math.ceil(endMs / 1_000) + 60,
  );
  const counts: Counts[] = [];
  for (const [index, { before, tokens }] of schedule.phases.entries()) {
    const { beforeAtMs, requestsAtMs } = played[index] ?? {
      beforeAtMs: [],
      requestsAtMs: [],
    };
    const start = countsOf(platform);
    for (const [at, step] of before.entries()) {
      await advance(platform, beforeAtMs[at]);
      apply(platform, step);
    }
    for (const [at, token] of tokens.slice(0, requestsAtMs.length).entries()) {
      await advance(platform, requestsAtMs[at]);
      const addedMs = await platform.request({
        token,
        tenant: tenantOf(token),
        ...(isOfNewKey(token) && { kid: SECOND_KID }),
      });
      // The next request is sent when this one has been answered, here as there.
      await platform.advanceTo(platform.nowMs() + addedMs);
    }
    counts.push(subtract(countsOf(platform), start));
  }
  return counts;
}

async function advance(
  platform: Platform,
  atMs: number | undefined,
): Promise<void> {
  if (atMs === undefined) throw new Error("a step has no time: not all played");
  await platform.advanceTo(Math.max(platform.nowMs(), atMs));
}

function apply(platform: Platform, step: Before): void {
  switch (step.kind) {
    case "pause":
      return;
    case "recycle":
      platform.recycle();
      return;
    case "rotate":
      platform.rotate(platform.nowMs());
      return;
    case "suspend":
      platform.suspend(step.tenant, platform.nowMs());
  }
}

const countsOf = ({ counts }: Platform): Counts =>
  Object.fromEntries(
    MEASURES.map((measure) => [measure, counts.total(measure)]),
  ) as Record<Measure, number>;
