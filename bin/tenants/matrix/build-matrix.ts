/** Tenants × paths: which methods each tenant may use where, by its routes. */
import { explainRequest } from "../../../lambda/core/explain-request.ts";
import type { StageArn } from "../../../lambda/core/method-arn.ts";
import {
  meets,
  type PathPattern,
  resourcePattern,
  routePattern,
} from "../../../lambda/core/path-patterns.ts";
import {
  type Coverage,
  coverageOf,
} from "../../../lambda/core/route-coverage.ts";
import { METHODS, type Method } from "../../../lambda/core/routes.ts";
import type { Tenant } from "../../../lambda/core/tenant-record.ts";
import type { Row } from "../records/row.ts";
import type { RequestLine } from "../request-line.ts";
import type { ApiRoute } from "../target/deployment.ts";

export interface MatrixPath {
  readonly path: string;
  /** Those that the API takes there. */
  readonly methods: readonly Method[];
  readonly pattern: PathPattern;
  /** One request, and not a set of them. */
  readonly isExact: boolean;
}

export interface Opening {
  readonly method: Method;
  /** Of the paths that the pattern stands for. */
  readonly coverage: Exclude<Coverage, "none">;
  /** Whether a token needs scopes for it. */
  readonly isScoped: boolean;
}

/** The paths of the API. Where it takes whatever comes (`{proxy+}`), those that the records name there. */
export function findPaths(
  apiRoutes: readonly ApiRoute[] | undefined,
  rows: readonly Row[],
): readonly MatrixPath[] {
  const resources = [...Map.groupBy(apiRoutes ?? [], ({ path }) => path)].map(
    ([path, routes]) => ({
      path,
      methods: METHODS.filter((name) =>
        routes.some(({ method }) => method === name || method === "ANY"),
      ),
      pattern: resourcePattern(path),
      isExact: false,
    }),
  );
  const greedy = resources.filter(({ path }) => path.endsWith("+}"));
  const named = new Set(
    rows.flatMap(({ tenant }) =>
      (tenant?.routes ?? [])
        .filter(({ kind }) => kind === "grant")
        .map(({ path }) => path),
    ),
  );
  const paths = [...named].sort().map((path) => {
    const pattern = routePattern(path);
    const taking = greedy.filter((resource) =>
      meets(pattern, resource.pattern),
    );
    return {
      path,
      pattern,
      isExact: false,
      methods: METHODS.filter(
        (method) =>
          apiRoutes === undefined ||
          taking.some(({ methods }) => methods.includes(method)),
      ),
    };
  });
  return [
    ...resources.filter((resource) => !greedy.includes(resource)),
    ...paths.filter(({ methods }) => methods.length > 0),
  ];
}

export function pathsOfRequests(
  requests: readonly RequestLine[],
): readonly MatrixPath[] {
  return [...Map.groupBy(requests, ({ path }) => path)].map(
    ([path, lines]) => ({
      path,
      methods: METHODS.filter((name) =>
        lines.some(({ method }) => method === name),
      ),
      pattern: [],
      isExact: true,
    }),
  );
}

/** What one tenant's record opens of a path, to a token with every scope. */
export function findOpenings(
  tenant: Tenant,
  stage: StageArn,
  matrixPath: MatrixPath,
): readonly Opening[] {
  const every = new Set(tenant.routes.flatMap(({ scopes }) => scopes));
  return matrixPath.methods.flatMap((method) => {
    const withScopes = coverage(tenant, stage, matrixPath, method, every);
    if (withScopes === "none") return [];
    const without = coverage(tenant, stage, matrixPath, method, new Set());
    return [{ method, coverage: withScopes, isScoped: without !== withScopes }];
  });
}

function coverage(
  tenant: Tenant,
  stage: StageArn,
  { path, pattern, isExact }: MatrixPath,
  method: Method,
  grants: ReadonlySet<string>,
): Coverage {
  if (!isExact) {
    return coverageOf(tenant.routes, method, pattern, ({ scopes }) =>
      scopes.every((scope) => grants.has(scope)),
    );
  }
  const { cause } = explainRequest(tenant, stage, { method, path, grants });
  return cause === "granted" ? "all" : "none";
}
