/** A tenant's routes as the run reads them: what is its own, and concrete requests to try it with. */
import {
  type Method,
  type Route,
  parseRoute,
} from "../../../lambda/core/routes.ts";
import { parseTenantId } from "../../../lambda/core/tenant-id.ts";
import { VerifyError } from "../verify-error.ts";

export interface TryRequest {
  readonly method: Method;
  readonly path: string;
}

/** @throws VerifyError `config_refused` that names the route */
export function parseRoutes(
  texts: readonly string[],
  tenant: string,
): readonly Route[] {
  const tenantId = parseTenantId(tenant);
  if (tenantId === undefined) {
    throw new VerifyError(
      "config_refused",
      `${JSON.stringify(tenant)} is not a tenant id`,
    );
  }
  return texts.map((text) => {
    const route = parseRoute(text, tenantId);
    if (route.ok) return route.value;
    throw new VerifyError(
      "config_refused",
      `a route of ${tenant}: ${route.reason}`,
    );
  });
}

/**
 * Whether a request may be the tenant's own: granted and not denied. A scoped grant counts, although a token may lack
 * the scope: whatever it names is tried as nobody's trespass.
 */
export function mayOpen(
  routes: readonly Route[],
  method: string,
  path: string,
): boolean {
  const covering = routes.filter(
    (route) =>
      (route.methods as readonly string[]).includes(method) &&
      coversPath(route.path, path),
  );
  return (
    covering.some(({ kind }) => kind === "grant") &&
    !covering.some(({ kind }) => kind === "denial")
  );
}

/** `*` is any text, slashes included. */
export function coversPath(pattern: string, path: string): boolean {
  const [beginning = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return path === pattern;
  let at = beginning.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return (
    path.startsWith(beginning) &&
    path.endsWith(end) &&
    path.length >= at + end.length
  );
}

/** Requests below a subtree are made of this, so that they name nothing that exists. */
export const PROBE = "verify-probe";

const SAFE_METHODS: readonly Method[] = ["GET", "HEAD"];

/** GET and HEAD requests that every token of the tenant opens: two of each subtree, one of each other route. */
export function ownRequests(routes: readonly Route[]): readonly TryRequest[] {
  const requests = routes
    .filter(({ kind, scopes }) => kind === "grant" && scopes.length === 0)
    .flatMap(({ methods, path }) => {
      const paths = path.endsWith("*")
        ? [`${path.slice(0, -1)}${PROBE}`, `${path.slice(0, -1)}${PROBE}/2`]
        : [path];
      return SAFE_METHODS.filter((method) => methods.includes(method)).flatMap(
        (method) => paths.map((concrete) => ({ method, path: concrete })),
      );
    })
    .filter(({ method, path }) => mayOpen(routes, method, path));
  return [
    ...new Map(
      requests.map((request) => [`${request.method} ${request.path}`, request]),
    ).values(),
  ];
}
