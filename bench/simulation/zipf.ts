/**
 * Ranks by Zipf's law, rank k with a weight of k^-exponent, at a constant cost however many there are: rejection-inversion
 * (Hörmann, Derflinger: "Rejection-inversion to generate variates from monotone discrete distributions", 1996).
 */
import type { Random } from "./random.ts";

/** @returns a sampler of 1 to `count`, 1 the most frequent */
export function createZipf(
  count: number,
  exponent: number,
  random: Random,
): () => number {
  const weight = (x: number): number => Math.exp(-exponent * Math.log(x));
  /** The integral of the weight, and its inverse, in a form that holds for an exponent of 1 too. */
  const integral = (x: number): number => {
    const log = Math.log(x);
    return expm1Ratio((1 - exponent) * log) * log;
  };
  const inverse = (y: number): number => {
    const t = Math.max(-1, y * (1 - exponent));
    return Math.exp(log1pRatio(t) * y);
  };

  const low = integral(1.5) - 1;
  const high = integral(count + 0.5);
  const shortcut = 2 - inverse(integral(2.5) - weight(2));
  return () => {
    for (;;) {
      const y = high + random() * (low - high);
      const x = inverse(y);
      const rank = Math.min(count, Math.max(1, Math.floor(x + 0.5)));
      if (rank - x <= shortcut || y >= integral(rank + 0.5) - weight(rank)) {
        return rank;
      }
    }
  };
}

/** The sum of all weights: rank k comes with a probability of k^-exponent over this. */
export function sumWeights(count: number, exponent: number): number {
  let sum = 0;
  // The smallest first, for the sake of the last digits.
  for (let rank = count; rank >= 1; rank -= 1) sum += rank ** -exponent;
  return sum;
}

/** (e^x - 1) / x, and ln(1 + x) / x: their limits at 0 where the quotient has no digits left. */
const expm1Ratio = (x: number): number =>
  Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x / 2;
const log1pRatio = (x: number): number =>
  Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x / 2;
