/** What somebody without a token sees, and whether a browser's page may read it. */
import type { Answer } from "../http/answer.ts";
import { PROBE } from "../target/routes.ts";
import type { TargetTenant } from "../target/target.ts";
import {
  type Case,
  type Check,
  type CheckContext,
  expectKind,
  notRun,
  runCases,
} from "./check.ts";
import { requestsOn } from "./requests-on.ts";

/** Well formed, so that it passes the gateway's own look at it and the authorizer refuses it. */
const UNSIGNED =
  "Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InZlcmlmeSJ9.e30.AAAA";

export const noToken: Check = {
  id: "no-token",
  proves: "no method of any path answers a request that has no token",
  how: "every method on each tenant's routes, the root and an unknown path, without Authorization",
  expected: "401",
  run: (context) =>
    runCases(
      context,
      [...new Set([...ownPaths(context), "/", `/${PROBE}`])].flatMap((path) =>
        requestsOn(path, context.isUnsafeAllowed).map(
          ({ method, path: asked }): Case => ({
            name: `${method} ${asked}`,
            question: { method, path: asked },
            // A path or verb that the API does not have has nothing to guard.
            judge: expectKind("unauthenticated", "no_route"),
          }),
        ),
      ),
    ),
};

export const challenge: Check = {
  id: "challenge",
  proves: "a 401 says how to authenticate (RFC 9110 §11.6.1)",
  how: "each tenant's first route, without a token and with one that is not signed",
  expected: "401 with WWW-Authenticate: Bearer",
  run: (context) =>
    runCases(
      context,
      context.target.tenants.flatMap((tenant) =>
        refusedCases(tenant, ({ headers }) =>
          /^bearer\b/i.test(headers["www-authenticate"] ?? "")
            ? undefined
            : "401 without WWW-Authenticate: Bearer",
        ),
      ),
    ),
};

export const cors: Check = {
  id: "cors",
  proves: "a page of a configured origin may read refusals, and may ask first",
  how: "401 without a token and with a bad one, 403 on another tenant's route, and a preflight, each with Origin",
  expected: "Access-Control-Allow-Origin with that origin, or *",
  run: async (context) => {
    const { target, authorizations } = context;
    const { origin, tenants } = target;
    if (origin === undefined) {
      return notRun("no origin was given: add origin to the file");
    }
    const headers = [["Origin", origin]] as const;
    const judge = (status: string) => (answer: Answer) => {
      const allowed = answer.headers["access-control-allow-origin"];
      return allowed === origin || allowed === "*"
        ? undefined
        : `${status} without Access-Control-Allow-Origin for this origin`;
    };
    const [first, second] = tenants;
    const [foreign] = second.own;
    const [own] = first.own;
    const cases: readonly Case[] = [
      ...refusedCases(first, judge("401"), headers),
      {
        name: `${foreign.method} ${foreign.path} with ${first.name}'s token`,
        question: {
          ...foreign,
          headers,
          authorization: await authorizations.usual(first),
        },
        judge: judge("403"),
      },
      {
        name: `preflight of ${own.path}`,
        question: {
          method: "OPTIONS",
          path: own.path,
          headers: [
            ...headers,
            ["Access-Control-Request-Method", own.method],
            ["Access-Control-Request-Headers", "authorization"],
          ],
        },
        judge: (answer) =>
          answer.status >= 200 && answer.status < 300
            ? judge("a preflight's answer")(answer)
            : `a preflight is answered ${answer.status}`,
      },
    ];
    return await runCases(context, cases);
  },
};

/** Two 401s on the tenant's first route: the gateway's own, and the authorizer's. */
function refusedCases(
  { own: [request] }: TargetTenant,
  judge: Case["judge"],
  headers: readonly (readonly [string, string])[] = [],
): readonly Case[] {
  const isRefused = expectKind("unauthenticated");
  const judgeBoth: Case["judge"] = (answer) =>
    isRefused(answer) ?? judge(answer);
  const name = `${request.method} ${request.path}`;
  return [
    {
      name: `${name} without a token`,
      question: { ...request, headers },
      judge: judgeBoth,
    },
    {
      name: `${name} with an unsigned token`,
      question: { ...request, headers, authorization: UNSIGNED },
      judge: judgeBoth,
    },
  ];
}

const ownPaths = ({ target }: CheckContext): readonly string[] =>
  target.tenants.flatMap(({ own }) => own.map(({ path }) => path));
