import { expect, test } from "vitest";
import { createClock } from "../../../../lambda/authorizer/adapters/clock.ts";

/** A clock over two sources that the test sets. */
function clockOf(start: { wallMs: number; monotonicMs: number }): {
  sources: { wallMs: number; monotonicMs: number };
  now: () => number;
} {
  const sources = { ...start };
  return {
    sources,
    now: createClock({
      wallMs: () => sources.wallMs,
      monotonicMs: () => sources.monotonicMs,
    }),
  };
}

test("goes with the wall clock while both agree", () => {
  const { sources, now } = clockOf({ wallMs: 1_000, monotonicMs: 7 });
  expect(now()).toBe(1_000);
  Object.assign(sources, { wallMs: 1_500, monotonicMs: 507 });
  expect(now()).toBe(1_500);
});

test("goes on with the wall clock after a freeze that stopped the monotonic one", () => {
  const { sources, now } = clockOf({ wallMs: 1_000, monotonicMs: 7 });
  Object.assign(sources, { wallMs: 3_601_000, monotonicMs: 8 });
  expect(now()).toBe(3_601_000);
});

test("goes on as fast as the monotonic clock when the wall clock is set back", () => {
  const { sources, now } = clockOf({ wallMs: 1_000_000, monotonicMs: 0 });
  Object.assign(sources, { wallMs: 0, monotonicMs: 250 });
  expect(now()).toBe(1_000_250);
  Object.assign(sources, { wallMs: 100, monotonicMs: 1_250 });
  expect(now()).toBe(1_001_250);
});

test("stands still rather than go back when both do", () => {
  const { sources, now } = clockOf({ wallMs: 1_000_000, monotonicMs: 500 });
  Object.assign(sources, { wallMs: 0, monotonicMs: 0 });
  expect(now()).toBe(1_000_000);
  Object.assign(sources, { monotonicMs: 10 });
  expect(now()).toBe(1_000_010);
});

test("follows the wall clock again when it has caught up", () => {
  const { sources, now } = clockOf({ wallMs: 1_000, monotonicMs: 0 });
  Object.assign(sources, { wallMs: 500, monotonicMs: 100 });
  expect(now()).toBe(1_100);
  Object.assign(sources, { wallMs: 5_000, monotonicMs: 200 });
  expect(now()).toBe(5_000);
});
