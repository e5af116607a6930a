import { expect, test } from "vitest";
import { createRandom } from "../../../bench/simulation/random.ts";
import { createZipf, sumWeights } from "../../../bench/simulation/zipf.ts";

const DRAWS = 200_000;

test.each([
  { exponent: 0 },
  { exponent: 0.7 },
  { exponent: 1 },
  { exponent: 1.4 },
])(
  "with exponent $exponent each rank comes as often as its weight says",
  ({ exponent }) => {
    const draw = createZipf(20, exponent, createRandom(3));
    const counts = new Map<number, number>();
    for (let drawn = 0; drawn < DRAWS; drawn += 1) {
      const rank = draw();
      counts.set(rank, (counts.get(rank) ?? 0) + 1);
    }

    const sum = sumWeights(20, exponent);
    for (let rank = 1; rank <= 20; rank += 1) {
      const expected = (DRAWS * rank ** -exponent) / sum;
      // Five standard deviations of a binomial count; the seed is fixed.
      const deviation = Math.abs((counts.get(rank) ?? 0) - expected);
      expect(deviation).toBeLessThan(5 * Math.sqrt(expected));
    }
    expect([...counts.keys()].every((rank) => rank >= 1 && rank <= 20)).toBe(
      true,
    );
  },
);

test("of a million, the first one has its share and the last ones come too", () => {
  const count = 1_000_000;
  const draw = createZipf(count, 1, createRandom(5));
  let first = 0;
  let last = 0;
  for (let drawn = 0; drawn < DRAWS; drawn += 1) {
    const rank = draw();
    if (rank === 1) first += 1;
    if (rank > count / 2) last += 1;
  }
  const sum = sumWeights(count, 1);
  expect(first / DRAWS).toBeCloseTo(1 / sum, 2);
  expect(last / DRAWS).toBeCloseTo(Math.LN2 / sum, 2);
  expect(last).toBeGreaterThan(0);
});

test("one single rank is always drawn", () => {
  const draw = createZipf(1, 1, createRandom(1));
  expect([draw(), draw(), draw()]).toEqual([1, 1, 1]);
});

test("the weights' sum is the harmonic number at exponent 1", () => {
  expect(sumWeights(4, 1)).toBeCloseTo(1 + 1 / 2 + 1 / 3 + 1 / 4, 12);
});
