/** The middle of a measurement's rounds: one that the machine disturbed does not move it. */

/** @throws when there are none */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/**
 * The value below which this share of them lies, between two neighbours in proportion.
 *
 * @param percent 0 to 100
 * @throws when there are none
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) {
    throw new Error("nothing was measured");
  }
  return below + (above - below) * (place - Math.floor(place));
}
