import type { Item } from "../table/create-tables.ts";
import type { SampleRequest } from "./api.ts";
import { routesOf } from "./tenants/describe-tenants.ts";
import { tenantIdOfRow } from "./tenants/tenant-rows.ts";

/** A route, read loosely: what it means is the authorizer's to say, here it only suggests a request to try. */
const ROUTE = /^(!?)(\*|[A-Z]+(?:,[A-Z]+)*) (\/\S*)/;
/** What stands for "anything below" in a sample path. */
const BELOW = "sample";

/**
 * Requests that the records' routes speak of: literal paths, and one below each subtree. A request is a tenant's own
 * when one of its grants names it; what only a denial names is nobody's.
 */
export function sampleRequests(
  rows: readonly Item[],
): readonly SampleRequest[] {
  const samples = new Map<string, SampleRequest>();
  for (const row of rows) {
    const tenantId = tenantIdOfRow(row) ?? "";
    for (const { isDenial, ...request } of routesOf(row).flatMap((route) =>
      requestsOf(route, tenantId),
    )) {
      const name = `${request.method} ${request.path}`;
      const known = samples.get(name)?.tenantIds ?? [];
      samples.set(name, {
        ...request,
        tenantIds:
          isDenial || known.includes(tenantId) ? known : [...known, tenantId],
      });
    }
  }
  return [...samples.values()].sort(
    (left, right) =>
      left.path.localeCompare(right.path) ||
      left.method.localeCompare(right.method),
  );
}

function requestsOf(
  route: string,
  tenantId: string,
): readonly {
  readonly method: string;
  readonly path: string;
  readonly isDenial: boolean;
}[] {
  const [, denial, methods = "", pattern = ""] = ROUTE.exec(route) ?? [];
  const path = pattern
    .replaceAll("{tenantId}", tenantId)
    .replaceAll("*", BELOW);
  return methods
    .split(",")
    .filter((method) => method !== "")
    .map((method) => ({
      method: method === "*" ? "GET" : method,
      path,
      isDenial: denial === "!",
    }));
}
