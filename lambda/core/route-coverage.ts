/** How much of a set of paths a record's routes open, by the plain reading of the routes. */
import {
  type PathPattern,
  covers,
  literalPattern,
  meets,
  routePattern,
} from "./path-patterns.ts";
import type { Method, Route } from "./routes.ts";

export type Coverage = "all" | "some" | "none";

/** Whether a token with these scopes and permissions may use the route. */
export function holdsScopes(
  { scopes }: Route,
  grants: ReadonlySet<string>,
): boolean {
  return scopes.every((scope) => grants.has(scope));
}

/** Whether the route, grant or denial, is about this request. Scopes are not asked for. */
export function matchesRoute(
  route: Route,
  method: Method,
  path: string,
): boolean {
  return route.methods.includes(method) && matchesPath(route, path);
}

/** A denial of `/acme/admin` is one of `/acme/admin/` as well, because many backends read them alike. */
export function matchesPath(route: Route, path: string): boolean {
  const spellings =
    route.kind === "denial" && path.endsWith("/")
      ? [path, path.slice(0, -1)]
      : [path];
  return spellings.some((spelling) =>
    meets(routePattern(route.path), literalPattern(spelling)),
  );
}

/**
 * How much of a pattern's paths is open to a method. Never says `all` or `none` wrongly where single routes decide;
 * where only several together cover a pattern, it says `some`.
 *
 * @param isHeld which grants count
 */
export function coverageOf(
  routes: readonly Route[],
  method: Method,
  pattern: PathPattern,
  isHeld: (route: Route) => boolean,
): Coverage {
  const { grant: granted = [], denial: denials = [] } = Object.groupBy(
    routes.filter(({ methods }) => methods.includes(method)),
    ({ kind }) => kind,
  );
  if (denials.some(({ path }) => covers(path, pattern))) return "none";
  const grants = granted.filter(
    (route) =>
      isHeld(route) &&
      meets(routePattern(route.path), pattern) &&
      !denials.some(({ path }) => covers(path, routePattern(route.path))),
  );
  if (grants.length === 0) return "none";
  const isWhole =
    grants.some(({ path }) => covers(path, pattern)) &&
    !denials.some(({ path }) => meets(routePattern(path), pattern));
  return isWhole ? "all" : "some";
}
