import { describe, expect, test } from "vitest";
import { createRandom } from "../../../bench/simulation/random.ts";
import {
  createResultCache,
  fillAsSettled,
} from "../../../bench/simulation/result-cache.ts";

test("an answer is kept up to its TTL and not at it", () => {
  const cache = createResultCache(3, 300);
  cache.store(1, "allow", 1_000);
  expect(cache.find(1, 300_999)).toBe("allow");
  expect(cache.find(1, 301_000)).toBeUndefined();
});

test("the key is the token: another one's answer is not found", () => {
  const cache = createResultCache(3, 300);
  cache.store(1, "allow", 1_000);
  cache.store(2, "forbid", 1_000);
  expect(cache.find(0, 2_000)).toBeUndefined();
  expect(cache.find(1, 2_000)).toBe("allow");
  expect(cache.find(2, 2_000)).toBe("forbid");
});

test("a new answer takes the place of the old one", () => {
  const cache = createResultCache(1, 300);
  cache.store(0, "allow", 1_000);
  cache.store(0, "forbid", 299_000);
  expect(cache.find(0, 302_000)).toBe("forbid");
});

test("a flush takes all that was stored until then, and nothing stored later", () => {
  const cache = createResultCache(3, 300);
  cache.store(0, "allow", 5_000);
  cache.store(1, "allow", 4_999);
  cache.flush(5_000);
  cache.store(2, "allow", 5_001);
  expect([0, 1, 2].map((token) => cache.find(token, 5_002))).toEqual([
    undefined,
    undefined,
    "allow",
  ]);
});

test("a TTL of 0 keeps nothing", () => {
  const cache = createResultCache(1, 0);
  cache.store(0, "allow", 1_000);
  expect(cache.find(0, 1_000)).toBeUndefined();
});

describe("a cache after a long time of traffic", () => {
  const TOKENS = 50_000;
  const kept = (requestsPerTtl: number): number => {
    const cache = createResultCache(TOKENS, 300);
    const shares = new Float64Array(TOKENS).fill(1 / TOKENS);
    const rate = (requestsPerTtl / 300) * TOKENS;
    fillAsSettled(cache, 300, { shares, rate }, createRandom(2));
    let count = 0;
    for (let token = 0; token < TOKENS; token += 1) {
      if (cache.find(token, 0) !== undefined) count += 1;
    }
    return count / TOKENS;
  };

  test("holds half of the tokens that come once in a TTL", () => {
    expect(kept(1)).toBeCloseTo(0.5, 2);
  });

  test("holds nine of ten that come nine times", () => {
    expect(kept(9)).toBeCloseTo(0.9, 2);
  });

  test("holds none that never come", () => {
    expect(kept(0)).toBe(0);
  });

  test("holds answers of every age: half of them are gone after half a TTL", () => {
    const cache = createResultCache(TOKENS, 300);
    const shares = new Float64Array(TOKENS).fill(1);
    fillAsSettled(cache, 300, { shares, rate: 1e6 }, createRandom(2));
    let count = 0;
    for (let token = 0; token < TOKENS; token += 1) {
      if (cache.find(token, 150_000) !== undefined) count += 1;
    }
    expect(count / TOKENS).toBeCloseTo(0.5, 2);
  });
});
