/** The middleware that every route stands behind, and the tenant that it leaves for them. */
import type { Request, RequestHandler } from "express";
import { refuse, type LogRefusal } from "./refusal.ts";
import { parseTenant, type Tenant } from "./tenant-headers.ts";

/** Beside the request instead of on it, so that only this file can write it and its type needs no cast. */
const tenants = new WeakMap<Request, Tenant>();

/** For every request: one whose tenant headers are not all there, once and well formed, goes no further. */
export function requireTenant(log: LogRefusal): RequestHandler {
  return (request, response, next) => {
    const outcome = parseTenant(request.rawHeaders);
    if (!outcome.ok) return refuse(response, outcome.reason, log);
    tenants.set(request, outcome.tenant);
    next();
  };
}

/**
 * For routes below `/:tenantId`. The gateway's policy has judged the path that the client sent; this judges the one
 * that arrived and was decoded, which is the one that decides whose data is read.
 */
export function requireOwnPath(
  log: LogRefusal,
): RequestHandler<{ tenantId: string }> {
  return (request, response, next) => {
    if (request.params.tenantId !== tenantOf(request).tenantId) {
      return refuse(response, "tenant_mismatch", log);
    }
    next();
  };
}

/** @throws Error on a route that is not behind `requireTenant`: an oversight must not serve data */
export function tenantOf<P>(request: Request<P>): Tenant {
  const tenant = tenants.get(request as Request);
  if (tenant === undefined) {
    throw new Error("the route is not behind requireTenant");
  }
  return tenant;
}
