/** Finds the method of an API that answers a request's path and verb. */
import { decodePercent } from "./request.ts";

/** A resource of the API, `pathPart` being a literal, `{name}` or `{name+}`. */
export interface RouteResource<Method> {
  readonly resourceId: string;
  /** `undefined` for the API's root. */
  readonly parentId: string | undefined;
  readonly pathPart: string;
  /** Verb, or `ANY`, to method. */
  readonly methods: ReadonlyMap<string, Method>;
}

export interface Route<Method> {
  readonly resourceId: string;
  /** For example `/orders/{id}`. */
  readonly resourcePath: string;
  /** Percent-decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly method: Method;
}

export type FindRoute<Method> = (
  verb: string,
  rawPath: string,
) => Route<Method> | undefined;

interface Node<Method> {
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly methods: ReadonlyMap<string, Method>;
  readonly literals: Map<string, Node<Method>>;
  parameter?: { readonly name: string; readonly node: Node<Method> };
  greedy?: { readonly name: string; readonly node: Node<Method> };
}

interface Match<Method> {
  readonly node: Node<Method>;
  readonly parameters: readonly (readonly [string, string])[];
}

const ANY_VERBS = new Set("DELETE GET HEAD OPTIONS PATCH POST PUT".split(" "));

/**
 * In each place an exact segment comes before `{name}`, that before `{name+}`; a match without the verb falls
 * through to the next. Paths are compared as sent, a trailing slash set aside.
 */
export function createRouter<Method>(
  resources: readonly RouteResource<Method>[],
): FindRoute<Method> {
  const root = buildTree(resources);
  return (verb, rawPath) => {
    for (const { node, parameters } of matches(root, segmentsOf(rawPath), [])) {
      const method =
        node.methods.get(verb) ??
        (ANY_VERBS.has(verb) ? node.methods.get("ANY") : undefined);
      if (method === undefined) continue;
      const { resourceId, resourcePath } = node;
      return {
        resourceId,
        resourcePath,
        method,
        pathParameters: Object.fromEntries(
          parameters.map(([name, value]) => [name, decodePercent(value)]),
        ),
      };
    }
    return undefined;
  };
}

function* matches<Method>(
  node: Node<Method>,
  segments: readonly string[],
  parameters: Match<Method>["parameters"],
): Generator<Match<Method>> {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    yield { node, parameters };
    return;
  }
  const exact = node.literals.get(segment);
  if (exact !== undefined) yield* matches(exact, rest, parameters);
  if (node.parameter !== undefined && segment !== "") {
    const { name, node: child } = node.parameter;
    yield* matches(child, rest, [...parameters, [name, segment]]);
  }
  if (node.greedy !== undefined) {
    const { name, node: child } = node.greedy;
    yield {
      node: child,
      parameters: [...parameters, [name, segments.join("/")]],
    };
  }
}

function segmentsOf(rawPath: string): readonly string[] {
  const path = rawPath.slice(1).replace(/\/$/, "");
  return path === "" ? [] : path.split("/");
}

function buildTree<Method>(
  resources: readonly RouteResource<Method>[],
): Node<Method> {
  const children = Map.groupBy(resources, ({ parentId }) => parentId);
  const [root] = children.get(undefined) ?? [];
  if (root === undefined) throw new Error("the API has no root resource");
  return build(root, "");

  function build(resource: RouteResource<Method>, path: string): Node<Method> {
    const node: Node<Method> = {
      resourceId: resource.resourceId,
      resourcePath: path === "" ? "/" : path,
      methods: resource.methods,
      literals: new Map(),
    };
    for (const child of children.get(resource.resourceId) ?? []) {
      const childNode = build(child, `${path}/${child.pathPart}`);
      const [, name, plus] = /^\{([^{}+]+)(\+?)\}$/.exec(child.pathPart) ?? [];
      if (name === undefined) node.literals.set(child.pathPart, childNode);
      else if (plus === "+") node.greedy = { name, node: childNode };
      else node.parameter = { name, node: childNode };
    }
    return node;
  }
}
