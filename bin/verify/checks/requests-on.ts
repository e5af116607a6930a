import { METHODS } from "../../../lambda/core/routes.ts";
import { PROBE } from "../target/routes.ts";

const SAFE = new Set<string>(["GET", "HEAD"]);

/**
 * Every method but OPTIONS on a path. Methods that change something go to a made-up path below it: on a stage that is
 * broken the request is carried out, and must not meet anything that exists.
 */
export function requestsOn(
  path: string,
  isUnsafeAllowed: boolean,
): readonly { readonly method: string; readonly path: string }[] {
  const below = `${path === "/" ? "" : path}/${PROBE}`;
  return METHODS.filter((method) => method !== "OPTIONS").map((method) => ({
    method,
    path: SAFE.has(method) || isUnsafeAllowed ? path : below,
  }));
}
