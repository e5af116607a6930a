/** A line through noisy points, by the Theil–Sen estimator: the median of the slopes between all pairs of points. */
import { median } from "../median.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * How much `y` grows for each unit of `x`. Single points that are far off do not move it, as they would a fit by least
 * squares: up to 29 % of them may be anything.
 *
 * @returns nothing when no two points differ in `x`
 */
export function robustSlope(points: readonly Point[]): number | undefined {
  const slopes = points.flatMap((to, index) =>
    points
      .slice(0, index)
      .filter((from) => from.x !== to.x)
      .map((from) => (to.y - from.y) / (to.x - from.x)),
  );
  return slopes.length === 0 ? undefined : median(slopes);
}
