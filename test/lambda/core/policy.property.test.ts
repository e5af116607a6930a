/**
 * What the compiler must hold for every record and every request, judged by an evaluator and an interpreter of
 * the grammar that share no code with it. `PROPERTY_RUNS=100 npx vitest run …` for a long run.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type StageArn,
  formatStageArn,
} from "../../../lambda/core/method-arn.ts";
import {
  type PolicyDocument,
  type StagePolicy,
  compilePolicy,
  compileRoutes,
  fitsBudget,
} from "../../../lambda/core/policy.ts";
import * as some from "../../support/arbitraries.ts";
import { hostilePaths, lenientReading } from "../../support/hostile-paths.ts";
import { evaluatePolicy } from "../../support/policy-oracle.ts";
import { tenantWithRoutes } from "../../support/records.ts";
import { routesAllow } from "../../support/reference-routes.ts";
import { NOW } from "../../support/tokens.ts";

const EXPIRES_AT = NOW + 3_600;

interface Situation {
  readonly tenantId: string;
  readonly routes: readonly string[];
  readonly grants: readonly string[];
  readonly stage: StageArn;
}

const situation = (routes: fc.Arbitrary<string[]>): fc.Arbitrary<Situation> =>
  fc.record({
    tenantId: some.tenantId,
    routes,
    grants: some.scopes,
    stage: some.stage,
  });

function compile({ tenantId, routes, stage }: Situation): StagePolicy {
  return compileRoutes(tenantWithRoutes(routes, tenantId).routes, stage);
}

const arnOf = (stage: StageArn, method: string, path: string): string =>
  `${formatStageArn(stage)}/${method}${path}`;

/** Whether the policy leaves region and account open, which it may when it would be too large otherwise. */
const isCompact = (policy: PolicyDocument | undefined): boolean =>
  policy !== undefined && JSON.stringify(policy).includes("execute-api:*:*:*:");

/** What the compiled policy and the reading of the routes say of one request. */
function judge(
  given: Situation,
  method: string,
  path: string,
): { readonly policyAllows: boolean; readonly routesAllow: boolean } {
  const grants = new Set(given.grants);
  const policy = compile(given).build(grants, EXPIRES_AT);
  return {
    policyAllows:
      policy !== undefined &&
      evaluatePolicy(policy, {
        arn: arnOf(given.stage, method, path),
        at: NOW,
      }) === "allow",
    routesAllow: routesAllow({
      ...given,
      grants,
      method,
      path,
      compactApiId: isCompact(policy) ? given.stage.apiId : undefined,
    }),
  };
}

const withRequest = (
  given: Situation,
): fc.Arbitrary<readonly [Situation, string, string]> =>
  fc.tuple(
    fc.constant(given),
    some.method,
    some.requestPath(given.routes, given.tenantId),
  );

describe("the compiled policy", () => {
  test("allows a request if and only if the record's routes allow it", () => {
    const seen = { allowed: 0, refused: 0 };
    fc.assert(
      fc.property(
        situation(some.routes).chain(withRequest),
        ([given, method, path]) => {
          const verdict = judge(given, method, path);
          seen[verdict.routesAllow ? "allowed" : "refused"] += 1;
          expect(verdict.policyAllows).toBe(verdict.routesAllow);
        },
      ),
      some.runs(4_000),
    );
    // A property that only ever saw refusals would prove nothing.
    expect(seen.allowed).toBeGreaterThan(200);
    expect(seen.refused).toBeGreaterThan(200);
  });

  test("says the same when region and account are left open for lack of room", () => {
    const seen = { compact: 0, allowed: 0 };
    fc.assert(
      fc.property(
        situation(some.manyRoutes).chain(withRequest),
        ([given, method, path]) => {
          const verdict = judge(given, method, path);
          if (isCompact(compile(given).build(new Set(), NOW)))
            seen.compact += 1;
          if (verdict.routesAllow) seen.allowed += 1;
          expect(verdict.policyAllows).toBe(verdict.routesAllow);
        },
      ),
      some.runs(600),
    );
    expect(seen.compact).toBeGreaterThan(300);
    expect(seen.allowed).toBeGreaterThan(30);
  });

  test("never lets a tenant's token onto another tenant's route, however the path is spelled", () => {
    const pair = fc
      .uniqueArray(some.tenantId, { minLength: 2, maxLength: 2 })
      .map(([own = "", other = ""]) => ({ own, other }));
    const request = pair.chain(({ own, other }) =>
      fc.record({
        own: fc.constant(own),
        other: fc.constant(other),
        stage: some.stage,
        method: some.method,
        path: fc.oneof(
          fc.constantFrom(...hostilePaths(own, other)),
          some.requestPath([`* /${other}/*`, `* /${own}/*`], own),
        ),
      }),
    );
    fc.assert(
      fc.property(request, ({ own, other, stage, method, path }) => {
        const routes = ["* /{tenantId}", "* /{tenantId}/*"];
        const policy = compile({
          tenantId: own,
          routes,
          grants: [],
          stage,
        }).build(new Set(), EXPIRES_AT);
        const isAllowed =
          evaluatePolicy(policy, {
            arn: arnOf(stage, method, path),
            at: NOW,
          }) === "allow";
        const meant = lenientReading(path);
        const isOthers =
          meant === `/${other}` || meant.startsWith(`/${other}/`);
        expect(isAllowed && isOthers).toBe(false);
      }),
      some.runs(3_000),
    );
  });

  test("allows nothing on another stage, API, account, region or partition", () => {
    fc.assert(
      fc.property(
        fc
          .tuple(situation(some.routes), some.stage)
          .chain(([given, elsewhere]) =>
            fc.tuple(withRequest(given), fc.constant(elsewhere)),
          ),
        ([[given, method, path], elsewhere]) => {
          fc.pre(formatStageArn(given.stage) !== formatStageArn(elsewhere));
          const policy = compile(given).build(
            new Set(given.grants),
            EXPIRES_AT,
          );
          fc.pre(policy !== undefined);
          expect(
            evaluatePolicy(policy, {
              arn: arnOf(elsewhere, method, path),
              at: NOW,
            }),
          ).not.toBe("allow");
        },
      ),
      some.runs(1_000),
    );
  });

  test("allows nothing on another stage, API or partition when region and account are left open", () => {
    fc.assert(
      fc.property(
        fc
          .tuple(situation(some.manyRoutes), some.stage)
          .chain(([given, elsewhere]) =>
            fc.tuple(withRequest(given), fc.constant(elsewhere)),
          ),
        ([[given, method, path], elsewhere]) => {
          const { region, account } = given.stage;
          fc.pre(
            formatStageArn(given.stage) !==
              formatStageArn({ ...elsewhere, region, account }),
          );
          const policy = compile(given).build(
            new Set(given.grants),
            EXPIRES_AT,
          );
          expect(
            evaluatePolicy(policy, {
              arn: arnOf(elsewhere, method, path),
              at: NOW,
            }),
          ).not.toBe("allow");
        },
      ),
      some.runs(300),
    );
  });

  test("allows nothing from the second on at which the token expires", () => {
    fc.assert(
      fc.property(
        situation(some.routes).chain(withRequest),
        ([given, method, path]) => {
          const policy = compile(given).build(
            new Set(given.grants),
            EXPIRES_AT,
          );
          fc.pre(policy !== undefined);
          const arn = arnOf(given.stage, method, path);
          expect(evaluatePolicy(policy, { arn, at: EXPIRES_AT })).not.toBe(
            "allow",
          );
        },
      ),
      some.runs(500),
    );
  });

  test("is no larger for any token than its measure says", () => {
    fc.assert(
      fc.property(
        situation(fc.oneof(some.routes, some.manyRoutes)),
        (given) => {
          const compiled = compile(given);
          const policy = compiled.build(new Set(given.grants), EXPIRES_AT);
          expect(
            Buffer.byteLength(JSON.stringify(policy ?? "")),
          ).toBeLessThanOrEqual(compiled.bytes);
          const longest = Math.max(
            ...(policy?.Statement ?? []).flatMap(({ Resource }) =>
              Resource.map(({ length }) => length),
            ),
          );
          expect(longest).toBeLessThanOrEqual(compiled.longestResource);
        },
      ),
      some.runs(500),
    );
  });

  test("is kept per record and stage, and does not depend on what was asked of it before", () => {
    fc.assert(
      fc.property(
        situation(some.routes),
        fc.array(some.scopes, { maxLength: 5 }),
        (given, earlier) => {
          const tenant = tenantWithRoutes(given.routes, given.tenantId);
          const used = compilePolicy(tenant, given.stage);
          for (const grants of earlier) used.build(new Set(grants), NOW);
          expect(compilePolicy(tenant, given.stage)).toBe(used);
          expect(fitsBudget(used)).toBe(true);
          expect(used.build(new Set(given.grants), EXPIRES_AT)).toEqual(
            compile(given).build(new Set(given.grants), EXPIRES_AT),
          );
        },
      ),
      some.runs(300),
    );
  });
});
