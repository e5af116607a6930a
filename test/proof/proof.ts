/**
 * The compiler's claim, tried on random records and requests: a compiled policy allows a request if and only if the
 * plain reading of the record's routes allows it. Policies are judged by an evaluator, routes by an interpreter,
 * and neither shares code with the compiler.
 */
import fc from "fast-check";
import { type StageArn, formatStageArn } from "../../lambda/core/method-arn.ts";
import { compileRoutes, fitsBudget } from "../../lambda/core/policy.ts";
import { parseTenantRecord } from "../../lambda/core/tenant-record.ts";
import * as some from "../support/arbitraries.ts";
import { evaluatePolicy } from "../support/policy-oracle.ts";
import { routesAllow } from "../support/reference-routes.ts";
import { CLIENT_ID, ISSUER, NOW } from "../support/tokens.ts";

export interface Disagreement {
  readonly tenantId: string;
  readonly routes: readonly string[];
  readonly grants: readonly string[];
  readonly arn: string;
  readonly policyAllows: boolean;
  readonly routesAllow: boolean;
}

export interface ProofResult {
  readonly pairs: number;
  readonly records: number;
  readonly allowed: number;
  readonly compact: number;
  /** Broken by their tenant id. */
  readonly refusedRecords: number;
  /** Broken by their size: nothing is cut short, so nothing is granted. */
  readonly overBudget: number;
  readonly disagreements: readonly Disagreement[];
}

const REQUESTS_PER_RECORD = 20;
const RECORDS_PER_BATCH = 200;
/** The grammar of a tenant id, said once more: a record with any other is broken and grants nothing. */
const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

interface Trial {
  readonly tenantId: string;
  readonly routes: readonly string[];
  readonly grants: readonly string[];
  readonly stage: StageArn;
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly stage: StageArn;
  }[];
}

/** Mostly good ids, and some that mean something in an ARN. */
const anyTenantId = fc.oneof(
  { arbitrary: some.tenantId, weight: 12 },
  {
    arbitrary: fc.constantFrom(
      "*",
      "acme*",
      "?cme",
      "a/*",
      "..",
      "acme/globex",
    ),
    weight: 1,
  },
);

const trial: fc.Arbitrary<Trial> = fc
  .record({
    tenantId: anyTenantId,
    routes: fc.oneof(
      { arbitrary: some.routes, weight: 9 },
      { arbitrary: some.manyRoutes, weight: 1 },
    ),
    grants: some.scopes,
    stage: some.stage,
  })
  .chain((given) => {
    // A request of another stage is as good as a hole when the policy opens it.
    const stage = fc.oneof(
      { arbitrary: fc.constant(given.stage), weight: 9 },
      {
        arbitrary: some.stage.map(({ stage: name }) => ({
          ...given.stage,
          stage: name,
        })),
        weight: 1,
      },
    );
    const request = fc.record({
      method: some.method,
      path: some.requestPath(given.routes, given.tenantId),
      stage,
    });
    return fc.record({
      ...Object.fromEntries(
        Object.entries(given).map(([name, value]) => [
          name,
          fc.constant(value),
        ]),
      ),
      requests: fc.array(request, {
        minLength: REQUESTS_PER_RECORD,
        maxLength: REQUESTS_PER_RECORD,
      }),
    }) as unknown as fc.Arbitrary<Trial>;
  });

/** Tries at least `pairs` pairs of a record and a request; the same seed tries the same ones. */
export function runProof(pairs: number, seed: number): ProofResult {
  const totals = {
    pairs: 0,
    records: 0,
    allowed: 0,
    compact: 0,
    refusedRecords: 0,
    overBudget: 0,
  };
  const disagreements: Disagreement[] = [];
  for (let batch = 0; totals.pairs < pairs; batch += 1) {
    for (const given of fc.sample(trial, {
      numRuns: RECORDS_PER_BATCH,
      seed: seed + batch,
    })) {
      const verdict = tryRecord(given);
      totals.pairs += given.requests.length;
      totals.records += 1;
      totals.allowed += verdict.allowed;
      totals.compact += Number(verdict.isCompact);
      totals.refusedRecords += Number(verdict.isRefused);
      totals.overBudget += Number(verdict.isOverBudget);
      disagreements.push(...verdict.disagreements);
    }
  }
  return { ...totals, disagreements };
}

function tryRecord(given: Trial): {
  readonly allowed: number;
  readonly isCompact: boolean;
  readonly isRefused: boolean;
  readonly isOverBudget: boolean;
  readonly disagreements: readonly Disagreement[];
} {
  const grants = new Set(given.grants);
  const record = parseTenantRecord(
    {
      azp: { S: CLIENT_ID },
      tenantId: { S: given.tenantId },
      status: { S: "active" },
      routes: { L: given.routes.map((text) => ({ S: text })) },
    },
    CLIENT_ID,
    { tenantClaim: "azp", defaultRoutes: [], issuers: new Set([ISSUER]) },
  );
  const compiled = record.ok
    ? compileRoutes(record.tenant.routes, given.stage)
    : undefined;
  const isOverBudget = compiled !== undefined && !fitsBudget(compiled);
  const policy = isOverBudget
    ? undefined
    : compiled?.build(grants, NOW + 3_600);
  const isCompact = JSON.stringify(policy ?? "").includes("execute-api:*:*:*:");

  let allowed = 0;
  const disagreements: Disagreement[] = [];
  for (const { method, path, stage } of given.requests) {
    const arn = `${formatStageArn(stage)}/${method}${path}`;
    const policyAllows =
      policy !== undefined &&
      evaluatePolicy(policy, { arn, at: NOW }) === "allow";
    const expected =
      !isOverBudget &&
      TENANT_ID.test(given.tenantId) &&
      stage.stage === given.stage.stage &&
      routesAllow({
        tenantId: given.tenantId,
        routes: given.routes,
        grants,
        method,
        path,
        compactApiId: isCompact ? given.stage.apiId : undefined,
      });
    allowed += Number(expected);
    if (policyAllows !== expected) {
      disagreements.push({
        tenantId: given.tenantId,
        routes: given.routes,
        grants: given.grants,
        arn,
        policyAllows,
        routesAllow: expected,
      });
    }
  }
  return {
    allowed,
    isCompact,
    isRefused: !record.ok,
    isOverBudget,
    disagreements,
  };
}
