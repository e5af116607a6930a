/** Numbers that look random and are the same for the same seed. */

/** From 0 up to 1, 1 excluded. */
export type Random = () => number;

/** Mulberry32: 32 bits of state, a period of 2^32, good enough to play out traffic and for nothing else. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The time to the next event of a stream with this mean. */
export const drawExponential = (random: Random, mean: number): number =>
  -Math.log(1 - random()) * mean;

/** A delay with this median and a tail to the right: `sigma` 0.5 puts the 99th percentile at 3.2 times the median. */
export function drawDelay(
  random: Random,
  medianMs: number,
  sigma: number,
): number {
  const normal =
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return medianMs * Math.exp(sigma * normal);
}
