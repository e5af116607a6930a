import { expect, test } from "vitest";
import {
  type PoolLimits,
  type Pooled,
  createEnvironmentPool,
} from "../../../bench/simulation/environment-pool.ts";

const LIMITS: PoolLimits = {
  concurrent: 3,
  burst: 100,
  perSecond: 10,
  idleMs: 1_000,
  lifetimeMs: 5_000,
};

interface Numbered extends Pooled {
  readonly id: number;
}

function createPool(change: Partial<PoolLimits> = {}) {
  let made = 0;
  return createEnvironmentPool<Numbered>(
    { ...LIMITS, ...change },
    (startedAtMs) => {
      made += 1;
      return { id: made, startedAtMs, idleSinceMs: startedAtMs };
    },
  );
}

type Pool = ReturnType<typeof createPool>;

function take(pool: Pool, nowMs: number): Numbered & { isNew: boolean } {
  const taken = pool.take(nowMs);
  if (taken.kind !== "taken") throw new Error(taken.kind);
  return Object.assign(taken.environment, { isNew: taken.isNew });
}

test("an environment that was given back is used again, the last one first", () => {
  const pool = createPool();
  const first = take(pool, 0);
  const second = take(pool, 0);
  expect([first.isNew, second.isNew]).toEqual([true, true]);
  pool.giveBack(first, 10);
  pool.giveBack(second, 20);
  expect(take(pool, 30)).toMatchObject({ id: 2, isNew: false });
  expect(take(pool, 30)).toMatchObject({ id: 1, isNew: false });
});

test.each([
  { idleMs: 999, isNew: false },
  { idleMs: 1_000, isNew: true },
])(
  "after $idleMs ms idle, a new one is needed: $isNew",
  ({ idleMs, isNew }) => {
    const pool = createPool();
    pool.giveBack(take(pool, 0), 100);
    expect(take(pool, 100 + idleMs).isNew).toBe(isNew);
  },
);

test.each([
  { ageMs: 4_999, isNew: false },
  { ageMs: 5_000, isNew: true },
])(
  "at an age of $ageMs ms, a new one is needed: $isNew",
  ({ ageMs, isNew }) => {
    const pool = createPool();
    pool.giveBack(take(pool, 0), 4_900);
    expect(take(pool, ageMs).isNew).toBe(isNew);
  },
);

test("one more than may serve at a time is refused, and taken when one is free", () => {
  const pool = createPool();
  const first = take(pool, 0);
  take(pool, 0);
  take(pool, 0);
  expect(pool.busy()).toBe(3);
  expect(pool.take(0)).toEqual({ kind: "over_concurrency" });
  pool.giveBack(first, 1);
  expect(take(pool, 1)).toMatchObject({ id: 1, isNew: false });
});

test("new ones are refused beyond the burst, and come back at their rate", () => {
  const pool = createPool({ concurrent: 100, burst: 2, perSecond: 10 });
  take(pool, 0);
  take(pool, 0);
  expect(pool.take(0)).toEqual({ kind: "over_burst" });
  expect(pool.take(99)).toEqual({ kind: "over_burst" });
  expect(take(pool, 100).isNew).toBe(true);
  expect(pool.take(101)).toEqual({ kind: "over_burst" });
});

test("an idle one is taken although no new one may start", () => {
  const pool = createPool({ burst: 1, perSecond: 0 });
  pool.giveBack(take(pool, 0), 1);
  expect(take(pool, 2).isNew).toBe(false);
});

test("those that ended are not among the idle ones", () => {
  const pool = createPool();
  const first = take(pool, 0);
  const second = take(pool, 0);
  pool.giveBack(first, 100);
  pool.giveBack(second, 600);
  expect(pool.idle(1_100).map(({ id }) => id)).toEqual([2]);
});

test("recycling ends the idle ones and spares those that serve", () => {
  const pool = createPool();
  const busy = take(pool, 0);
  pool.giveBack(take(pool, 0), 1);
  pool.recycle();
  expect(pool.idle(2)).toEqual([]);
  pool.giveBack(busy, 3);
  expect(take(pool, 4)).toMatchObject({ id: 1, isNew: false });
});
