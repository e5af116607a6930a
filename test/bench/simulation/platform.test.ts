import { expect, test } from "vitest";
import { ASSUMPTIONS } from "../../../bench/simulation/assumptions.ts";
import { SECOND_KID } from "../../../bench/simulation/issuer.ts";
import {
  type Platform,
  type SimulatedRequest,
  createPlatform,
} from "../../../bench/simulation/platform.ts";
import { COUNTED, type Counted } from "../../../bench/simulation/per-second.ts";

const open = (change: { hasSnapshot?: boolean; ttlSeconds?: number } = {}) =>
  createPlatform(
    { tokens: 10_000, ttlSeconds: 300, hasSnapshot: false, seed: 1, ...change },
    3_600,
  );

/** Asks at a moment, and waits for the answer. */
async function ask(
  platform: Platform,
  atMs: number,
  request: Partial<SimulatedRequest> = {},
): Promise<void> {
  await platform.advanceTo(atMs);
  const addedMs = await platform.request({ token: 0, tenant: 0, ...request });
  await platform.advanceTo(platform.nowMs() + addedMs);
}

const totals = ({ counts }: Platform): Partial<Record<Counted, number>> =>
  Object.fromEntries(
    COUNTED.map((what) => [what, counts.total(what)] as const).filter(
      ([, total]) => total > 0,
    ),
  );

test("a first request costs an environment, a key set and a read; its repetition nothing", async () => {
  const platform = open();
  await ask(platform, 0);
  await ask(platform, 5_000);
  expect(totals(platform)).toMatchObject({
    ...{ requests: 2, invocations: 1, coldStarts: 1, jwksFetches: 1, reads: 1 },
    allowed: 2,
  });
});

test("another token of the tenant costs an invocation and, within 5 s, no read", async () => {
  const platform = open();
  await ask(platform, 0);
  await ask(platform, 3_000, { token: 1 });
  await ask(platform, 9_000, { token: 2 });
  expect(totals(platform)).toMatchObject({ invocations: 3, reads: 2 });
  expect(platform.counts.peak("hottestItem")).toBe(1);
});

test("requests that miss together invoke once each, on environments of their own", async () => {
  const platform = open();
  await platform.advanceTo(100);
  await platform.request({ token: 0, tenant: 0 });
  await platform.request({ token: 0, tenant: 0 });
  expect(totals(platform)).toMatchObject({ invocations: 2, coldStarts: 2 });
  expect(platform.counts.peak("mostBusy")).toBe(2);
});

test("after the TTL the function is asked again", async () => {
  const platform = open({ ttlSeconds: 60 });
  await ask(platform, 0);
  await ask(platform, 59_000);
  expect(totals(platform)).toMatchObject({ requests: 2, invocations: 1 });
  await ask(platform, 62_000);
  expect(totals(platform)).toMatchObject({ requests: 3, invocations: 2 });
});

test("key sets are fetched anew when they are 600 s old", async () => {
  const platform = open();
  await ask(platform, 0);
  await ask(platform, 299_000, { token: 1 });
  await ask(platform, 590_000, { token: 2 });
  expect(platform.counts.total("jwksFetches")).toBe(1);
  await ask(platform, 602_000, { token: 3 });
  expect(platform.counts.total("jwksFetches")).toBe(2);
});

test("a suspension is flushed for twice, and forbids from the first flush on", async () => {
  const platform = open();
  await ask(platform, 0);
  platform.suspend(0, 60_000);
  await ask(platform, 60_100);
  expect(totals(platform)).toMatchObject({ allowed: 2 });
  await ask(platform, 75_000);
  await ask(platform, 76_000);
  expect(totals(platform)).toMatchObject({ flushes: 2, forbidden: 2 });
  expect(platform.lagsMs()).toEqual([100]);
});

test("a tenant that nobody asked for after its suspension has no lag", async () => {
  const platform = open();
  platform.suspend(3, 1_000);
  await ask(platform, 2_000);
  expect(platform.lagsMs()).toEqual([0]);
});

test("a key that nobody has seen is fetched once, after the cool-down", async () => {
  const platform = open();
  await ask(platform, 0);
  platform.rotate(20_000);
  await ask(platform, 20_000, { token: 1, kid: SECOND_KID });
  await ask(platform, 21_000, { token: 2, kid: SECOND_KID });
  expect(totals(platform)).toMatchObject({ jwksFetches: 2, allowed: 3 });
  expect(totals(platform).couldNotTell).toBeUndefined();
});

/** Requests of one moment, each of a token of its own: each needs an environment. */
async function burst(platform: Platform, requests: number): Promise<void> {
  await platform.advanceTo(10_000);
  for (let token = 0; token < requests; token += 1) {
    await platform.request({ token, tenant: token });
  }
  await platform.advanceTo(20_000);
}

test("without a snapshot, environments that the issuer refuses cannot tell; with one they can", async () => {
  const without = open();
  await burst(without, 200);
  // The fetches of one burst fall into two seconds or three, of 20 each.
  const { jwksRefused = 0, couldNotTell = 0 } = totals(without);
  expect(jwksRefused).toBeGreaterThanOrEqual(140);
  expect(couldNotTell).toBeGreaterThan(0);

  const withSnapshot = open({ hasSnapshot: true });
  await burst(withSnapshot, 200);
  expect(totals(withSnapshot).jwksRefused).toBeGreaterThanOrEqual(140);
  expect(totals(withSnapshot)).toMatchObject({ allowed: 200 });
  expect(totals(withSnapshot).couldNotTell).toBeUndefined();
});

test("one environment over Lambda's limit is refused, and counted as asked for", async () => {
  const platform = open({ hasSnapshot: true });
  await burst(platform, 1_000);
  expect(totals(platform).throttled).toBeUndefined();
  expect(platform.counts.peak("mostBusy")).toBe(1_000);

  const over = open({ hasSnapshot: true });
  await burst(over, 1_001);
  expect(totals(over)).toMatchObject({ throttled: 1, coldStarts: 1_000 });
  expect(over.counts.peak("mostBusy")).toBe(1_001);
});

test("environments end when they have been idle", async () => {
  const platform = open();
  await ask(platform, 0);
  expect(platform.records()).toEqual([1]);
  await platform.advanceTo((ASSUMPTIONS.idleSeconds + 10) * 1_000);
  expect(platform.records()).toEqual([]);
  await ask(platform, (ASSUMPTIONS.idleSeconds + 11) * 1_000, { token: 1 });
  expect(platform.counts.total("coldStarts")).toBe(2);
});

test("one decision in twenty compiles the tenant's policy", async () => {
  const platform = open({ ttlSeconds: 0 });
  for (let second = 0; second < 40; second += 1) {
    await ask(platform, second * 1_000);
  }
  expect(platform.policies().count).toBe(2);
  expect(platform.policies().mostBytes).toBeGreaterThan(500);
});
