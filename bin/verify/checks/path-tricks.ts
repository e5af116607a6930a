/** Good tokens on paths that begin as the tenant's own, or look like nobody's, and mean another tenant's. */
import { mayOpen } from "../target/routes.ts";
import type { TargetTenant } from "../target/target.ts";
import { type Case, type Check, expectRefusal, runCases } from "./check.ts";

/** One directory up, as the different readers of a path take it. */
const UPS: readonly string[] = [
  "../",
  "./../",
  "..;/",
  "..;x=1/",
  "%2e%2e/",
  "%2E%2E/",
  ".%2e/",
  "%2e./",
  "..%2f",
  "..%2F",
  "%2e%2e%2f",
  "..%5c",
  "..%5C",
  "..\\",
  "%252e%252e/",
  "%252e%252e%252f",
  "..%252f",
  "..%255c",
  "..//",
];

/** The other tenant's path itself, in other spellings. */
const SPELLINGS: readonly (readonly [
  name: string,
  spell: (path: string) => string,
])[] = [
  ["a slash at the end", (path) => `${path}/`],
  ["two slashes in front", (path) => `/${path}`],
  ["two slashes inside", (path) => path.replace(/(.)\//, "$1//")],
  ["a dot segment", (path) => `/.${path}`],
  ["a dot segment at the end", (path) => `${path}/.`],
  ["up and down again", (path) => `${path}/x/..`],
  ["up beyond the root", (path) => `/..${path}`],
  ["an encoded slash in front", (path) => `/%2f${path.slice(1)}`],
  [
    "encoded slashes inside",
    (path) => `/${path.slice(1).replaceAll("/", "%2f")}`,
  ],
  ["encoded backslashes", (path) => `/${path.slice(1).replaceAll("/", "%5c")}`],
  ["backslashes", (path) => `/${path.slice(1).replaceAll("/", "\\")}`],
  ["the first letter encoded", (path) => `/${encodeFirst(path, "%")}`],
  ["the first letter encoded twice", (path) => `/${encodeFirst(path, "%25")}`],
  ["capitals", (path) => path.toUpperCase()],
  ["a path parameter", (path) => `${path};x=1`],
  ["a path parameter in front", (path) => path.replace(/(.)\//, "$1;x=1/")],
  ["an encoded question mark", (path) => `${path}%3fx`],
  ["a query", (path) => `${path}?x=1`],
  ["a NUL at the end", (path) => `${path}%00`],
];

const encodeFirst = (path: string, percent: string): string =>
  `${percent}${path.charCodeAt(1).toString(16)}${path.slice(2)}`;

export const pathTricks: Check = {
  id: "path-tricks",
  proves: "no spelling of a path opens another tenant's route",
  how: "climbs out of the tenant's own path in 19 spellings, the other's path in 19, and in absolute form, unchanged over the wire",
  expected: "refused: 403, or whatever refuses the request as such",
  run: async (context) => {
    const { target, authorizations } = context;
    const cases: Case[] = [];
    for (const [index, tenant] of target.tenants.entries()) {
      const other = target.tenants[(index + 1) % target.tenants.length];
      if (other === undefined) continue;
      const authorization = await authorizations.usual(tenant);
      const add = (
        name: string,
        method: string,
        path: string,
        isAbsolute = false,
      ): void => {
        cases.push({
          name: `${tenant.name}, ${name}: ${method} ${path}`,
          question: { method, path, authorization, isAbsolute },
          judge: expectRefusal,
        });
      };
      const foreign = foreignRequest(tenant, other);
      if (foreign === undefined) continue;
      const { method, path } = foreign;
      for (const climb of climbs(deepestPath(tenant), path)) {
        add("climb", method, climb);
      }
      for (const [name, spell] of SPELLINGS) add(name, method, spell(path));
      add("absolute form", method, path, true);
      const [{ path: own }] = tenant.own;
      const back = "/..".repeat(segmentsOf(path));
      add("the other's path first", method, `${path}${back}${own}`);
    }
    return await runCases(context, cases);
  },
};

/** Climbs from below the tenant's own path to the other's; where `*` grants the subtree, the grant matches them. */
function climbs(own: string, foreign: string): readonly string[] {
  return UPS.map(
    (up) => `${own}/${up.repeat(segmentsOf(own))}${foreign.slice(1)}`,
  );
}

const segmentsOf = (path: string): number => path.split("/").length - 1;

/** One below a subtree where there is one: nothing but a Deny stands there against a climb. */
function deepestPath({ own: [first, ...rest], routes }: TargetTenant): string {
  const below = [first, ...rest].find(({ method, path }) =>
    mayOpen(routes, method, `${path}/x`),
  );
  return (below ?? first).path;
}

function foreignRequest(
  { routes }: TargetTenant,
  other: TargetTenant,
): { readonly method: string; readonly path: string } | undefined {
  return other.own.find(
    ({ method, path }) => path !== "/" && !mayOpen(routes, method, path),
  );
}
