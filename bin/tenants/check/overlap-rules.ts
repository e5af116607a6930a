/**
 * Tenants that reach into each other's routes. A single path that several tenants name alike is taken for meant, as
 * a shared catalogue is; a subtree of one that holds what another was granted is not.
 */
import { covers, routePattern } from "../../../lambda/core/path-patterns.ts";
import type { Route } from "../../../lambda/core/routes.ts";
import { at } from "./at.ts";
import { flaw, type Finding } from "./finding.ts";
import { commonMethods, isClosed } from "./route-rules.ts";
import {
  denialsOf,
  grantsOf,
  type SoundRow,
  type TableRule,
} from "./survey.ts";

interface Grant {
  readonly row: SoundRow;
  readonly route: Route;
}

type GrantsByPath = ReadonlyMap<string, readonly Grant[]>;

/** How many tenants a message names. */
const MAX_NAMED = 5;

export const findOverlaps: TableRule = (rows, { sharedPaths }) => {
  const isShared = (path: string): boolean =>
    sharedPaths.some((shared) => covers(shared, routePattern(path)));
  const grants = rows.flatMap((row) =>
    grantsOf(row.tenant)
      // Whoever grants everything is told so once.
      .filter(({ path }) => path !== "/*" && !isShared(path))
      .map((route) => ({ row, route })),
  );
  const byPath = Map.groupBy(grants, ({ route }) => route.path);
  return [
    ...findIntruders(rows, grants),
    ...findCoverers(byPath),
    ...findSharedSubtrees(byPath),
  ];
};

/** `/globex/*` in a record of acme's. */
function findIntruders(
  rows: readonly SoundRow[],
  grants: readonly Grant[],
): readonly Finding[] {
  const tenantIds: ReadonlySet<string> = new Set(
    rows.map(({ tenant }) => tenant.tenantId),
  );
  return grants.flatMap(({ row, route }) => {
    const segments = route.path.split("/");
    const other = segments.find((segment) => tenantIds.has(segment));
    return other === undefined || segments.includes(row.tenant.tenantId)
      ? []
      : [
          at(
            row,
            flaw(
              "enters_other_tenant",
              "routes",
              `"${route.text}" lies in a path of tenant ${other}`,
            ),
          ),
        ];
  });
}

/** Subtrees that hold another tenant's paths: one finding for each, however many it holds. */
function findCoverers(byPath: GrantsByPath): readonly Finding[] {
  const covered = new Map<string, string[]>();
  for (const path of byPath.keys()) {
    for (const subtree of subtreesAbove(path)) {
      if (!byPath.has(subtree)) continue;
      const paths = covered.get(subtree) ?? [];
      paths.push(path);
      covered.set(subtree, paths);
    }
  }
  return [...covered].flatMap(([subtree, paths]) => {
    const intrusions = paths.flatMap(
      (path) =>
        findIntrusion(byPath.get(subtree) ?? [], byPath.get(path) ?? []) ?? [],
    );
    const [first] = intrusions;
    if (first === undefined) return [];
    const others =
      intrusions.length > 1 ? ` and ${intrusions.length - 1} more` : "";
    return [
      at(
        first.by.row,
        flaw(
          "overlaps_other_tenant",
          "routes",
          `"${first.by.route.text}" opens "${first.into.route.text}" of tenant ${first.into.row.tenant.tenantId}${others}`,
        ),
      ),
    ];
  });
}

/** The same subtree in records of several tenants. */
function findSharedSubtrees(byPath: GrantsByPath): readonly Finding[] {
  return [...byPath].flatMap(([path, grants]) => {
    const intrusion = path.endsWith("/*")
      ? findIntrusion(grants, grants)
      : undefined;
    if (intrusion === undefined) return [];
    const tenants = [
      ...new Set(grants.map(({ row }) => row.tenant.tenantId as string)),
    ];
    const named = tenants.slice(0, MAX_NAMED).join(", ");
    const more = tenants.length > MAX_NAMED ? ", …" : "";
    return [
      at(
        intrusion.by.row,
        flaw(
          "subtree_shared",
          "routes",
          `"${intrusion.by.route.text}" is granted to ${tenants.length} tenants: ${named}${more}`,
        ),
      ),
    ];
  });
}

interface Intrusion {
  readonly by: Grant;
  readonly into: Grant;
}

/** The first pair of different tenants with a request in common that no denial of either takes away. */
function findIntrusion(
  outer: readonly Grant[],
  inner: readonly Grant[],
): Intrusion | undefined {
  for (const by of outer) {
    const into = inner.find((other) => {
      if (other.row.tenant.tenantId === by.row.tenant.tenantId) return false;
      const methods = commonMethods(by.route, other.route);
      const common = { ...other.route, methods };
      return (
        methods.length > 0 &&
        !isClosed(common, denialsOf(by.row.tenant)) &&
        !isClosed(common, denialsOf(other.row.tenant))
      );
    });
    if (into !== undefined) return { by, into };
  }
  return undefined;
}

/** `/a/*` and `/*` are above `/a/b` and above `/a/b/*`. */
function subtreesAbove(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts
    .map((_, index) => `${parts.slice(0, index + 1).join("/")}/*`)
    .filter((subtree) => subtree !== path);
}
