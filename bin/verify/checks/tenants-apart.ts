/** Good tokens, on their own routes and on everybody else's. */
import { mayOpen } from "../target/routes.ts";
import type { TargetTenant } from "../target/target.ts";
import { type Case, type Check, expectKind, runCases } from "./check.ts";
import { neighboursOf } from "./neighbours.ts";
import { requestsOn } from "./requests-on.ts";

export const ownRoutes: Check = {
  id: "own-routes",
  proves: "each tenant's token opens the tenant's own routes",
  how: "each tenant's token on each of its routes that take GET or HEAD",
  expected: "let in: any answer that is the backend's",
  run: async (context) => {
    const { target, authorizations } = context;
    const cases: Case[] = [];
    for (const tenant of target.tenants) {
      const authorization = await authorizations.usual(tenant);
      for (const request of tenant.own) {
        cases.push({
          name: `${tenant.name} on ${request.method} ${request.path}`,
          question: { ...request, authorization },
          judge: expectKind("let_in"),
        });
      }
    }
    return await runCases(context, cases);
  },
};

export const crossTenant: Check = {
  id: "cross-tenant",
  proves: "no tenant's token opens another tenant's route, whatever the method",
  how: "each tenant's token on each other tenant's routes, with every method",
  expected: "403",
  run: async (context) => {
    const { target, authorizations, isUnsafeAllowed } = context;
    const cases: Case[] = [];
    for (const tenant of target.tenants) {
      const authorization = await authorizations.usual(tenant);
      for (const other of target.tenants.filter((each) => each !== tenant)) {
        for (const request of foreignRequests(tenant, other, isUnsafeAllowed)) {
          cases.push({
            name: `${tenant.name} on ${request.method} ${request.path}`,
            question: { ...request, authorization },
            judge: expectKind("forbidden", "no_route"),
          });
        }
      }
    }
    return await runCases(context, cases);
  },
};

export const neighbours: Check = {
  id: "neighbours",
  proves:
    "a grant opens its own path and subtree, and nothing that begins alike",
  how: "paths beside each tenant's routes: a longer name, the path above, a denied one, a method that is not granted",
  expected: "403",
  run: async (context) => {
    const { target, authorizations } = context;
    const cases: Case[] = [];
    for (const tenant of target.tenants) {
      const authorization = await authorizations.usual(tenant);
      for (const request of neighboursOf(tenant.routes)) {
        cases.push({
          name: `${tenant.name} on ${request.method} ${request.path}`,
          question: { ...request, authorization },
          judge: expectKind("forbidden", "no_route"),
        });
      }
    }
    return await runCases(context, cases);
  },
};

function foreignRequests(
  tenant: TargetTenant,
  other: TargetTenant,
  isUnsafeAllowed: boolean,
): readonly { readonly method: string; readonly path: string }[] {
  const paths = new Set(other.own.map(({ path }) => path));
  return [...paths]
    .flatMap((path) => requestsOn(path, isUnsafeAllowed))
    .filter(({ method, path }) => !mayOpen(tenant.routes, method, path));
}
