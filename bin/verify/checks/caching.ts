/** Whether an answer that the gateway keeps is right for all of a token's requests, and for its own alone. */
import { mayOpen } from "../target/routes.ts";
import type { TargetTenant } from "../target/target.ts";
import {
  type Case,
  type Check,
  type CheckContext,
  type CheckOutcome,
  expectKind,
  runCases,
} from "./check.ts";

type Step = readonly [
  question: { readonly method: string; readonly path: string },
  isOwn: boolean,
];

export const keptForAllRoutes: Check = {
  id: "kept-answers",
  proves:
    "a kept answer is right for each of the token's routes, whichever came first",
  how: "a header value that the stage has not seen, on one route, then on others: own then own, another's then own, own then another's",
  expected: "own routes let in, another tenant's 403, in every order",
  run: async (context) => {
    const { target, authorizations } = context;
    const cases: Case[] = [];
    for (const tenant of target.tenants) {
      const foreign = foreignOf(tenant, context);
      const [own] = tenant.own;
      // Of another route when there is one: a kept answer for the same request proves less.
      const second = tenant.own.at(-1) ?? own;
      const orders: readonly (readonly [string, readonly Step[]])[] = [
        [
          "own first",
          [
            [own, true],
            [second, true],
          ],
        ],
        [
          "the other way round",
          [
            [second, true],
            [own, true],
          ],
        ],
        ...(foreign === undefined
          ? []
          : ([
              [
                "another's first",
                [
                  [foreign, false],
                  [own, true],
                ],
              ],
              [
                "another's after own",
                [
                  [own, true],
                  [foreign, false],
                ],
              ],
            ] as const)),
      ];
      for (const [order, steps] of orders) {
        const authorization = await authorizations.fresh(tenant);
        cases.push(...casesOf(tenant, order, steps, authorization));
      }
    }
    return await runCases(context, cases);
  },
};

export const keptApart: Check = {
  id: "kept-apart",
  proves:
    "answers are kept by the token, so that one tenant's never serves another's",
  how: "two tenants' tokens by turns on one route, each with a header value that the stage has not seen, three times over",
  expected: "the owner let in, the other 403, each time",
  run: async (context): Promise<CheckOutcome> => {
    const { target, authorizations } = context;
    const cases: Case[] = [];
    const [first, ...others] = target.tenants;
    for (const [owner, stranger] of others.flatMap(
      (other): readonly (readonly [TargetTenant, TargetTenant])[] => [
        [first, other],
        [other, first],
      ],
    )) {
      const request = owner.own.find(
        ({ method, path }) => !mayOpen(stranger.routes, method, path),
      );
      if (request === undefined) continue;
      for (let round = 1; round <= 3; round += 1) {
        for (const tenant of [owner, stranger]) {
          cases.push({
            name: `round ${round}, ${tenant.name} on ${request.method} ${request.path}`,
            question: {
              ...request,
              authorization: await authorizations.fresh(tenant),
            },
            judge: expectKind(tenant === owner ? "let_in" : "forbidden"),
          });
        }
      }
    }
    return await runCases(context, cases);
  },
};

function casesOf(
  { name }: TargetTenant,
  order: string,
  steps: readonly Step[],
  authorization: string,
): readonly Case[] {
  return steps.map(([{ method, path }, isOwn]) => ({
    name: `${name}, ${order}: ${method} ${path}`,
    question: { method, path, authorization },
    judge: expectKind(isOwn ? "let_in" : "forbidden"),
  }));
}

function foreignOf(
  tenant: TargetTenant,
  { target }: CheckContext,
): Step[0] | undefined {
  return target.tenants
    .filter((other) => other !== tenant)
    .flatMap(({ own }) => own)
    .find(({ method, path }) => !mayOpen(tenant.routes, method, path));
}
