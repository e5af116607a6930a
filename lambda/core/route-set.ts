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
    const left = methods & ~methodsAbove(path, covering);
    if (left !== NO_METHODS) rest.set(path, left);
  }
  return rest;
}

/** The same grants without those that another of them gives already. */
export function subsume(grants: RouteSet): RouteSet {
  return subtractCovered(grants, grants);
}

/** What the subtrees that contain a path give it, the path itself left out: `/a/b/*` lies in `/*` and `/a/*`. */
function methodsAbove(path: string, covering: RouteSet): MethodSet {
  let methods = NO_METHODS;
  for (let slash = 0; slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const subtree = `${path.slice(0, slash)}/*`;
    if (subtree !== path) methods |= covering.get(subtree) ?? NO_METHODS;
  }
  return methods;
}
