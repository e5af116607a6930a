import { describe, expect, test } from "vitest";
import { createHottest } from "../../../bench/simulation/hottest.ts";
import { createLatencies } from "../../../bench/simulation/latencies.ts";
import { createPerSecond } from "../../../bench/simulation/per-second.ts";

describe("counts by second", () => {
  test("a second begins at its first millisecond", () => {
    const counts = createPerSecond(3);
    counts.add("reads", 999);
    counts.add("reads", 1_000);
    counts.add("reads", 1_999);
    expect(counts.peak("reads")).toBe(2);
    expect(counts.total("reads")).toBe(3);
    expect(counts.total("reads", 1)).toBe(2);
  });

  test("what lies before the asked second is in neither peak nor total", () => {
    const counts = createPerSecond(3);
    for (let times = 0; times < 5; times += 1) counts.add("reads", 500);
    counts.add("reads", 1_500);
    expect(counts.peak("reads", 1)).toBe(1);
    expect(counts.total("reads", 1)).toBe(1);
  });

  test("what lies behind the last second is not counted", () => {
    const counts = createPerSecond(2);
    counts.add("reads", 1_999);
    counts.add("reads", 2_000);
    counts.raise("mostBusy", 2_000, 9);
    expect(counts.total("reads")).toBe(1);
    expect(counts.peak("mostBusy")).toBe(0);
  });

  test("raising keeps the largest of a second", () => {
    const counts = createPerSecond(2);
    for (const value of [3, 7, 5]) counts.raise("mostBusy", 100, value);
    expect(counts.peak("mostBusy")).toBe(7);
  });

  test("the most in seconds in a row spans their borders", () => {
    const counts = createPerSecond(6);
    for (const atMs of [0, 1_900, 2_100, 5_000]) counts.add("coldStarts", atMs);
    expect(counts.peakOver("coldStarts", 2)).toBe(2);
    expect(counts.peakOver("coldStarts", 3)).toBe(3);
    expect(counts.peakOver("coldStarts", 3, 3)).toBe(1);
  });
});

describe("the hottest key", () => {
  test("is counted by key and by second", () => {
    const hottest = createHottest();
    expect(hottest.count(1, 0)).toBe(1);
    expect(hottest.count(1, 999)).toBe(2);
    expect(hottest.count(2, 999)).toBe(1);
    expect(hottest.count(1, 1_000)).toBe(1);
  });

  test("a clock that is behind counts in the second that is open", () => {
    const hottest = createHottest();
    hottest.count(1, 1_000);
    expect(hottest.count(1, 995)).toBe(2);
  });
});

describe("latencies", () => {
  test("percentiles are the bins in which they fall", () => {
    const latencies = createLatencies();
    for (let ms = 1; ms <= 1_000; ms += 1) latencies.add(ms);
    expect(latencies.count()).toBe(1_000);
    expect(latencies.percentile(0.5)).toBe(500);
    expect(latencies.percentile(0.99)).toBe(990);
    expect(latencies.percentile(1)).toBe(1_000);
  });

  test("what is larger than the last bin falls into it", () => {
    const latencies = createLatencies();
    latencies.add(1e9);
    expect(latencies.percentile(1)).toBe(19_999);
  });

  test("none at all are 0", () => {
    expect(createLatencies().percentile(0.99)).toBe(0);
  });
});
