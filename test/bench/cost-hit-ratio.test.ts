import { describe, expect, test } from "vitest";
import {
  effectiveTtlSeconds,
  hitRatio,
  invocationsPerKey,
} from "../../bench/cost/hit-ratio.ts";
import { createRandom } from "../../bench/simulation/random.ts";

describe("how often a kept answer has to be renewed", () => {
  const traffic = { requests: 100, activeSeconds: 3_600 };

  test.each([
    { name: "every request, when nothing is kept", ttl: 0, expected: 100 },
    { name: "once, when it outlives the token's use", ttl: 3_600, expected: 1 },
    {
      name: "once in the TTL and the wait for the next request",
      ttl: 324,
      expected: 10,
    },
  ])("$name", ({ ttl, expected }) => {
    expect(invocationsPerKey(traffic, ttl)).toBeCloseTo(expected, 9);
  });

  test("a token that is used once is never a hit", () => {
    expect(hitRatio({ requests: 1, activeSeconds: 60 }, 3_600)).toBe(0);
  });

  test("no requests ask for nothing", () => {
    expect(invocationsPerKey({ requests: 0, activeSeconds: 60 }, 300)).toBe(0);
    expect(hitRatio({ requests: 0, activeSeconds: 60 }, 300)).toBe(0);
  });

  test.each([1, 10, 60, 300])(
    "agrees with a played-out cache at a TTL of %i s",
    (ttl) => {
      const random = createRandom(7);
      const requests = 20_000;
      const activeSeconds = 36_000;
      const times = Array.from(
        { length: requests },
        () => random() * activeSeconds,
      ).sort((a, b) => a - b);
      let misses = 0;
      let keptUntil = -1;
      for (const time of times) {
        if (time < keptUntil) continue;
        misses += 1;
        keptUntil = time + ttl;
      }
      const ratio = invocationsPerKey({ requests, activeSeconds }, ttl);
      expect(ratio / misses).toBeGreaterThan(0.97);
      expect(ratio / misses).toBeLessThan(1.03);
    },
  );
});

describe("flushes at random moments", () => {
  test("none leave the TTL as it is", () => {
    expect(effectiveTtlSeconds(300, 0)).toBe(300);
  });

  test("rare ones hardly shorten it, frequent ones leave the time between two", () => {
    expect(effectiveTtlSeconds(300, 1e-9)).toBeCloseTo(300, 3);
    expect(effectiveTtlSeconds(300, 1)).toBeCloseTo(1, 6);
  });

  test("one per TTL leaves 1 - 1/e of it", () => {
    expect(effectiveTtlSeconds(300, 1 / 300)).toBeCloseTo(
      300 * (1 - Math.exp(-1)),
      9,
    );
  });
});
