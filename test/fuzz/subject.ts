/** The side that is tested: the authorizer as the handler wires it, over keys and records in memory. */
import { createAccessTokenVerifier } from "../../lambda/authorizer/adapters/access-token-verifier.ts";
import { digestOf } from "../../lambda/authorizer/adapters/digest.ts";
import {
  KEY_SET_COOLDOWNS,
  createKeySets,
} from "../../lambda/authorizer/adapters/key-sets.ts";
import { createTenantCache } from "../../lambda/authorizer/adapters/tenant-cache.ts";
import {
  type Authorizer,
  type AuthorizerResult,
  type DecisionLogEntry,
  createAuthorizer,
} from "../../lambda/authorizer/create-authorizer.ts";
import {
  MAX_KEPT_DECISIONS,
  createKeptDecisions,
} from "../../lambda/authorizer/kept-decisions.ts";
import { methodArn } from "../support/events.ts";
import type { FuzzCase } from "./cases.ts";
import { DEPLOYMENTS, type Deployment, type Row, type World } from "./world.ts";

export interface SubjectVerdict {
  readonly outcome: DecisionLogEntry["outcome"];
  readonly reason: string | undefined;
  /** Of an allow or a forbid. */
  readonly result: AuthorizerResult | undefined;
}

export type Subject = (fuzzCase: FuzzCase) => Promise<SubjectVerdict>;

/** Takes over `Date.now` of its thread: the JWT library asks no other clock. */
export function createSubject(world: World): Subject {
  let nowMs = 0;
  Date.now = () => nowMs;
  let logged: DecisionLogEntry | undefined;
  const authorizers = new Map<Deployment, Authorizer>(
    DEPLOYMENTS.map((deployment) => [
      deployment,
      wire(
        world,
        deployment,
        () => nowMs,
        (entry) => {
          logged = entry;
        },
      ),
    ]),
  );

  return async (fuzzCase) => {
    ({ nowMs } = fuzzCase);
    logged = undefined;
    const authorizer = authorizers.get(fuzzCase.deployment);
    if (authorizer === undefined) throw new Error("no such deployment");
    const event = {
      type: "TOKEN",
      authorizationToken: fuzzCase.authorization,
      methodArn: methodArn(),
    };
    const ask = async (): Promise<SubjectVerdict> => {
      const answer = await authorizer(event, { awsRequestId: "fuzz" }).then(
        (result) => ({ result, thrown: undefined }),
        (error: unknown) => ({ result: undefined, thrown: String(error) }),
      );
      return readAnswer(answer, logged);
    };
    const verdict = await ask();
    // The second time an allow is recalled, and must be the same to the last byte.
    if (
      verdict.outcome === "allow" &&
      JSON.stringify(await ask()) !== JSON.stringify(verdict)
    ) {
      throw new Error(
        "the same token was answered differently when it came again",
      );
    }
    return verdict;
  };
}

/** What was answered and what was logged, which must be the same. */
function readAnswer(
  {
    result,
    thrown,
  }: { result: AuthorizerResult | undefined; thrown: string | undefined },
  logged: DecisionLogEntry | undefined,
): SubjectVerdict {
  const answered =
    result === undefined
      ? thrown === "Error: Unauthorized"
        ? "unauthenticated"
        : "could_not_tell"
      : result.policyDocument.Statement.some(({ Effect }) => Effect === "Allow")
        ? "allow"
        : "forbid";
  if (logged?.outcome !== answered) {
    throw new Error(
      `answered ${answered}, but logged ${String(logged?.outcome)}`,
    );
  }
  return { outcome: answered, reason: logged.reason, result };
}

function wire(
  world: World,
  deployment: Deployment,
  now: () => number,
  logDecision: (entry: DecisionLogEntry) => void,
): Authorizer {
  const issuers = new Set(deployment.issuers);
  const documents = new Map(
    world.issuers.map(({ issuer, jwks }) => [
      `${issuer}.well-known/jwks.json`,
      Buffer.from(JSON.stringify(jwks)),
    ]),
  );
  const items = new Map(
    deployment.rows.map((row) => [row.key, toItem(row, deployment)]),
  );
  const keySets = createKeySets(
    { maxAgeSeconds: 600, staleSeconds: 3_600, ...KEY_SET_COOLDOWNS },
    {
      fetchJwks: (uri) => {
        const document = documents.get(uri);
        return document === undefined
          ? Promise.reject(new Error("no such issuer"))
          : Promise.resolve(document);
      },
      now,
    },
  );
  const findTenant = createTenantCache(
    {
      tenantClaim: deployment.tenantClaim,
      defaultRoutes: [],
      issuers,
      cacheSeconds: 60,
      staleSeconds: 300,
      maxEntries: 1_000,
    },
    {
      readTenantItem: (key) => {
        const item = items.get(key);
        return Promise.resolve(
          item === undefined ? { kind: "absent" } : { kind: "item", item },
        );
      },
      now,
    },
  );
  return createAuthorizer(
    {
      verifyAccessToken: createAccessTokenVerifier(deployment, keySets, now),
      findTenant,
      now,
      keptDecisions: createKeptDecisions(digestOf, MAX_KEPT_DECISIONS),
      logDecision,
    },
    { ...deployment, issuers, policyTimeCondition: true },
  );
}

/** The row as DynamoDB holds it. */
function toItem(
  row: Row,
  { tenantClaim }: Deployment,
): Readonly<Record<string, unknown>> {
  const route = row.routeScope === undefined ? [] : [row.routeScope];
  const numbers = Object.entries({
    tokensValidAfter: row.tokensValidAfter,
    expiresAt: row.expiresAt,
  }).filter(([, value]) => value !== undefined);
  return {
    [tenantClaim]: { S: row.key },
    tenantId: { S: row.tenantId },
    status: { S: row.status },
    routes: { L: [{ S: ["* /{tenantId}/*", ...route].join(" ") }] },
    ...(row.issuer !== undefined && { issuer: { S: row.issuer } }),
    ...Object.fromEntries(
      numbers.map(([name, value]) => [name, { N: String(value) }]),
    ),
    ...(row.require && {
      require: {
        M: Object.fromEntries(
          Object.entries(row.require).map(([claim, S]) => [claim, { S }]),
        ),
      },
    }),
  };
}
