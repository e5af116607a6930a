/** What can be asked of the control plane. */
import type { Gateway } from "../gateway/create-gateway.ts";
import type { SynthesizedStack } from "../stack.ts";
import type { JsonRecord } from "../json.ts";
import { createApiKeyOperations } from "./api-key-operations.ts";
import { listApiResources, type ApiResource } from "./api-resources.ts";
import { pageOf } from "./resource-page.ts";
import { notFound, RestJsonError } from "./rest-json-error.ts";

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface FlushedCache {
  readonly apiId: string;
  readonly stageName: string;
  /** How many results the gateway forgot. */
  readonly results: number;
}

export type OperatedGateway = Pick<
  Gateway,
  "cachedResults" | "flushAuthorizersCache" | "usagePlans"
>;

export type Operation = (
  parameters: readonly string[],
  query: URLSearchParams,
  body: JsonRecord,
) => Answer;

/** @returns a function that throws a RestJsonError for what it does not do */
export function createOperations(
  stack: SynthesizedStack,
  gateway: OperatedGateway,
  onFlush: (flushed: FlushedCache) => void,
  now: () => number,
): (
  method: string | undefined,
  url: string | undefined,
  body: JsonRecord,
) => Answer {
  const resources = listApiResources(stack);

  const operations: Readonly<Record<string, Operation>> = {
    "DELETE /restapis/*/stages/*/cache/authorizers": ([
      apiId = "",
      stageName = "",
    ]) => {
      findResources(apiId);
      const results = gateway
        .cachedResults()
        .filter((result) => isOf(result, apiId, stageName)).length;
      if (!gateway.flushAuthorizersCache(apiId, stageName)) {
        throw notFound("Invalid stage identifier specified");
      }
      onFlush({ apiId, stageName, results });
      return { status: 202 };
    },
    "GET /restapis/*/resources": ([apiId = ""], query) => ({
      status: 200,
      body: pageOf(findResources(apiId), query),
    }),
    ...createApiKeyOperations(gateway.usagePlans.keys, now),
  };

  return (method = "", url = "", body) => {
    const [path = "", query = ""] = url.split("?");
    const call = `${method} ${path}`;
    for (const [pattern, operation] of Object.entries(operations)) {
      const parameters = matchPattern(pattern, call);
      if (parameters !== undefined) {
        return operation(parameters, new URLSearchParams(query), body);
      }
    }
    const known = Object.keys(operations).join(", ");
    throw new RestJsonError(
      404,
      "UnknownOperationException",
      `the local control plane does not emulate ${call}; it has: ${known}`,
    );
  };

  function findResources(apiId: string): readonly ApiResource[] {
    const found = resources.get(apiId);
    if (found === undefined) {
      throw notFound(
        `Invalid API identifier specified ${stack.account}:${apiId}`,
      );
    }
    return found;
  }
}

function isOf(
  result: { readonly apiId: string; readonly stageName: string },
  apiId: string,
  stageName: string,
): boolean {
  return result.apiId === apiId && result.stageName === stageName;
}

/** What the stars of the pattern stand for, percent-decoded. */
function matchPattern(
  pattern: string,
  call: string,
): readonly string[] | undefined {
  const [names, segments] = [pattern.split("/"), call.split("/")];
  const fits =
    names.length === segments.length &&
    names.every((name, at) => name === "*" || name === segments[at]);
  return fits
    ? segments.filter((_, at) => names[at] === "*").map(decode)
    : undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A percent sign that stands for itself: no id has one, so nothing is found by it.
    return segment;
  }
}
