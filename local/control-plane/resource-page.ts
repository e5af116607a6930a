import type { ApiResource } from "./api-resources.ts";
import { RestJsonError } from "./rest-json-error.ts";

/** `limit` from 1 to 500, 25 by default; methods in full only with `embed=methods`. */
export function pageOf(
  resources: readonly ApiResource[],
  query: URLSearchParams,
): { readonly item: readonly unknown[]; readonly position?: string } {
  const { item, ...rest } = cutPage(resources, query);
  const isEmbedding = query.getAll("embed").includes("methods");
  return {
    item: item.map((resource) =>
      isEmbedding ? resource : withoutMethods(resource),
    ),
    ...rest,
  };
}

/** One page of a list: 1 to 500 members, 25 unless `limit` says otherwise. */
export function cutPage<Item>(
  items: readonly Item[],
  query: URLSearchParams,
): { readonly item: readonly Item[]; readonly position?: string } {
  const limit = Number(query.get("limit") ?? 25);
  const start = Number(query.get("position") ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) {
    throw badRequest("limit must be from 1 to 500");
  }
  if (!Number.isInteger(start) || start < 0) {
    throw badRequest("Invalid position parameter");
  }
  const end = start + limit;
  return {
    item: items.slice(start, end),
    ...(end < items.length && { position: String(end) }),
  };
}

/** Their names stay. */
function withoutMethods(resource: ApiResource): unknown {
  const { resourceMethods } = resource;
  if (resourceMethods === undefined) return resource;
  const names = Object.keys(resourceMethods).map((name) => [name, {}] as const);
  return { ...resource, resourceMethods: Object.fromEntries(names) };
}

function badRequest(message: string): RestJsonError {
  return new RestJsonError(400, "BadRequestException", message);
}
