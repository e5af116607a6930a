/** A record's routes against each other. */
import {
  covers,
  meets,
  routePattern,
} from "../../../lambda/core/path-patterns.ts";
import type { Method, Route } from "../../../lambda/core/routes.ts";
import { type Flaw, flaw } from "./finding.ts";
import { denialsOf, grantsOf, type RecordRule } from "./survey.ts";

export const findRouteFlaws: RecordRule = ({ tenant }) => {
  const grants = grantsOf(tenant);
  const denials = denialsOf(tenant);
  if (grants.length === 0) {
    return [
      flaw("grants_nothing", "routes", "hold denials alone: nothing is open"),
    ];
  }
  return [
    ...grants.flatMap(findGrantFlaws),
    ...grants.flatMap((grant, index) =>
      findCover(grant, grants.slice(0, index), grants.slice(index + 1)),
    ),
    ...grants
      .filter((grant) => isClosed(grant, denials))
      .map(({ text }) =>
        flaw(
          "grant_without_effect",
          "routes",
          `"${text}" opens nothing: a denial closes all of it`,
        ),
      ),
    ...denials
      .filter((denial) => !grants.some((grant) => haveInCommon(grant, denial)))
      .map(({ text }) =>
        flaw(
          "denial_without_effect",
          "routes",
          `"${text}" closes nothing that is open`,
        ),
      ),
  ];
};

function findGrantFlaws({ path, text, scopes }: Route): readonly Flaw[] {
  return [
    ...(path === "/*"
      ? [
          flaw(
            "grants_everything",
            "routes",
            `"${text}" opens the routes of every tenant`,
          ),
        ]
      : []),
    ...scopes
      .filter((scope) => scope.includes(","))
      .map((scope) =>
        flaw(
          "scope_with_comma",
          "routes",
          `"${text}" asks for one scope named ${scope}: divide scopes by blanks`,
        ),
      ),
  ];
}

/** Whether another grant opens the same already, and to more tokens. Of two equal ones the later is at fault. */
function findCover(
  grant: Route,
  earlier: readonly Route[],
  later: readonly Route[],
): readonly Flaw[] {
  const covering = (other: Route): boolean =>
    covers(other.path, routePattern(grant.path));
  const freer = [...earlier, ...later].find(
    (other) =>
      covering(other) &&
      commonMethods(other, grant).length > 0 &&
      other.scopes.length < grant.scopes.length &&
      other.scopes.every((scope) => grant.scopes.includes(scope)),
  );
  if (freer !== undefined) {
    return [
      flaw(
        "scope_without_effect",
        "routes",
        `"${grant.text}" asks for scopes in vain: "${freer.text}" opens ${commonMethods(freer, grant).join(", ")} there without`,
      ),
    ];
  }
  const isEqual = (other: Route): boolean =>
    other.path === grant.path && other.methods.join() === grant.methods.join();
  const same = [...earlier, ...later.filter((other) => !isEqual(other))].find(
    (other) =>
      covering(other) &&
      grant.methods.every((method) => other.methods.includes(method)) &&
      [...other.scopes].sort().join(" ") === [...grant.scopes].sort().join(" "),
  );
  return same === undefined
    ? []
    : [
        flaw(
          "route_redundant",
          "routes",
          `"${grant.text}" opens nothing that "${same.text}" does not`,
        ),
      ];
}

/** Whether for each of its methods one denial holds all of the grant's paths. */
export function isClosed(grant: Route, denials: readonly Route[]): boolean {
  return grant.methods.every((method) =>
    denials.some(
      ({ methods, path }) =>
        methods.includes(method) && covers(path, routePattern(grant.path)),
    ),
  );
}

function haveInCommon(grant: Route, denial: Route): boolean {
  return (
    commonMethods(grant, denial).length > 0 &&
    meets(routePattern(grant.path), routePattern(denial.path))
  );
}

export function commonMethods(a: Route, b: Route): readonly Method[] {
  return a.methods.filter((method) => b.methods.includes(method));
}
