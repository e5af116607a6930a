/** What is played out: the size asked for under several conditions, and a sweep over rates that shows what gives way first. */
import type { Sizes } from "./sizes.ts";

export interface Scenario {
  readonly name: string;
  readonly sizes: Sizes;
}

export function listScenarios(asked: Sizes): readonly Scenario[] {
  // In the last minute: a set that has come of age before is then seen to be fetched for its age.
  const rotationAtSeconds = asked.minutes * 60 - 60;
  const short = { ...asked, minutes: 3, hasSnapshot: true };
  return [
    {
      name: "key-set snapshot bundled",
      sizes: { ...asked, rotationAtSeconds, hasSnapshot: true },
    },
    {
      name: "no snapshot",
      sizes: { ...asked, rotationAtSeconds, hasSnapshot: false },
    },
    {
      name: "snapshot, a row changes every 10 s",
      sizes: { ...short, changes: 12 },
    },
    {
      name: "snapshot, gateway cache off",
      sizes: { ...short, minutes: 2, ttlSeconds: 0, changes: 1 },
    },
  ];
}

/** Of the rate asked for. */
const SHARES = [0.01, 0.03, 0.1, 0.25, 0.5, 1, 2] as const;

/** Long enough for the ramp, one change with its flushes, and their tail. */
export function listSweep(asked: Sizes): readonly Sizes[] {
  return SHARES.map((share) => ({
    ...asked,
    rate: asked.rate * share,
    minutes: 2,
    changes: 1,
  }));
}
