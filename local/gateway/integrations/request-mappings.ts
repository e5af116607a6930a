/**
 * `RequestParameters` of an integration: what of the client's request is replaced on the way to the backend.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping.html
 */
import {
  parseMappingValue,
  type MappingScope,
  type MappingValue,
} from "../mapping-values.ts";
import { replaceHeaders, type Header } from "../request.ts";
import {
  getStringMap,
  templateError,
  type Properties,
} from "../template-properties.ts";

export interface Mapping {
  readonly name: string;
  readonly value: MappingValue;
}

type Location = "header" | "path" | "querystring";

/** Refuses a target or source that is not emulated. */
export function parseMappings(
  properties: Properties,
): Readonly<Record<Location, readonly Mapping[]>> {
  const mappings: Record<Location, Mapping[]> = {
    header: [],
    path: [],
    querystring: [],
  };
  const parameters = getStringMap(properties, "RequestParameters");
  for (const [target, source] of Object.entries(parameters)) {
    const [, location, name = ""] =
      /^integration\.request\.(header|path|querystring)\.(.+)$/.exec(target) ??
      [];
    if (location === undefined) {
      throw templateError(properties.where, `cannot map to ${target}`);
    }
    mappings[location as Location].push({
      name,
      value: parseMappingValue(source, properties.where),
    });
  }
  return mappings;
}

/** A mapping takes the place of the client's header; one without a value, or with an empty one, lets it through. */
export function mapHeaders(
  headers: readonly Header[],
  mappings: readonly Mapping[],
  scope: MappingScope,
): readonly Header[] {
  return replaceHeaders(
    headers,
    mappings.flatMap(({ name, value }): readonly Header[] => {
      const text = value(scope) ?? "";
      return text === "" ? [] : [[name, text]];
    }),
  );
}

/**
 * API Gateway decodes a path parameter and encodes only what cannot stand in a path, `%` among it: `%2F` and
 * `%2e%2e` reach the backend as `/` and `..`.
 */
export function fillPath(
  path: string,
  mappings: readonly Mapping[],
  scope: MappingScope,
): string {
  return path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const mapping = mappings.find((candidate) => candidate.name === name);
    return encodeURI(mapping?.value(scope) ?? "").replace(
      /[?#]/g,
      encodeURIComponent,
    );
  });
}

export function buildQuery(
  rawQuery: string,
  mappings: readonly Mapping[],
  scope: MappingScope,
): string {
  if (mappings.length === 0) return rawQuery === "" ? "" : `?${rawQuery}`;
  const query = new URLSearchParams(rawQuery);
  for (const { name, value } of mappings) {
    const text = value(scope) ?? "";
    if (text !== "") query.set(name, text);
  }
  return query.size === 0 ? "" : `?${query.toString()}`;
}
