import type { Route } from "../../../lambda/core/routes.ts";
import { PROBE, mayOpen } from "../target/routes.ts";

/** GET and HEAD requests that lie close to the routes and are not covered by any. */
export function neighboursOf(
  routes: readonly Route[],
): readonly { readonly method: string; readonly path: string }[] {
  const paths = new Set(routes.flatMap(pathsBeside));
  return [...paths]
    .flatMap((path) => ["GET", "HEAD"].map((method) => ({ method, path })))
    .filter(({ method, path }) => !mayOpen(routes, method, path));
}

function pathsBeside({ kind, path }: Route): readonly string[] {
  if (path === "/" || path === "/*") return [];
  const concrete = path.replaceAll("*", PROBE);
  if (kind === "denial") return [concrete];
  const base = path.replace(/\/\*$/, "");
  const [, first = ""] = base.split("/");
  return [
    // With HEAD, should the route be for GET alone, and the other way round.
    base,
    `${base}-${PROBE}`,
    `${base}-${PROBE}/${PROBE}`,
    `${base}/${PROBE}`,
    // Another tenant whose name begins alike.
    `/${first}-${PROBE}${base.slice(first.length + 1)}`,
    `/${first}`,
    `/${first}/${PROBE}`,
  ];
}
