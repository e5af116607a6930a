/** Routes as a set: for each path pattern, the methods it stands for. */
import { type MethodSet, NO_METHODS, methodSet } from "./method-set.ts";
import type { Route } from "./routes.ts";

export type RouteSet = ReadonlyMap<string, MethodSet>;

/** The union of routes; a path named twice has the methods of both. */
export function uniteRoutes(routes: readonly Route[]): RouteSet {
  const set = new Map<string, MethodSet>();
  for (const { path, methods } of routes) {
    set.set(path, (set.get(path) ?? NO_METHODS) | methodSet(methods));
  }
  return set;
}

/** What is left of grants after those that `covering` already gives: `/acme/*` gives `/acme/orders/*`. */
export function subtractCovered(
  grants: RouteSet,
  covering: RouteSet,
): RouteSet {
  const rest = new Map<string, MethodSet>();
  for (const [path, methods] of grants) {
    const covered = ancestors(path).reduce(
      (set, ancestor) => set | (covering.get(ancestor) ?? NO_METHODS),
      NO_METHODS,
    );
    const left = methods & ~covered;
    if (left !== NO_METHODS) rest.set(path, left);
  }
  return rest;
}

/** The same grants without those that another of them gives already. */
export function subsume(grants: RouteSet): RouteSet {
  return subtractCovered(grants, grants);
}

/** The subtrees that contain a path, the path itself left out: `/a/b/*` lies in `/*` and `/a/*`. */
function ancestors(path: string): readonly string[] {
  const subtrees: string[] = [];
  for (
    let slash = path.indexOf("/");
    slash !== -1;
    slash = path.indexOf("/", slash + 1)
  ) {
    const subtree = `${path.slice(0, slash)}/*`;
    if (subtree !== path) subtrees.push(subtree);
  }
  return subtrees;
}
