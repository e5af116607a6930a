/** The whole authorizer but for its edge: real verification and caches, with keys, table and time in the test's hand. */
import { createAccessTokenVerifier } from "../../lambda/authorizer/adapters/access-token-verifier.ts";
import { digestOf } from "../../lambda/authorizer/adapters/digest.ts";
import type { FetchJwks } from "../../lambda/authorizer/adapters/jwks-fetcher.ts";
import {
  KEY_SET_COOLDOWNS,
  createKeySets,
} from "../../lambda/authorizer/adapters/key-sets.ts";
import {
  type ReadTenantItem,
  createTenantCache,
} from "../../lambda/authorizer/adapters/tenant-cache.ts";
import {
  type AuthorizerResult,
  type DecisionLogEntry,
  createAuthorizer,
} from "../../lambda/authorizer/create-authorizer.ts";
import {
  MAX_KEPT_DECISIONS,
  createKeptDecisions,
} from "../../lambda/authorizer/kept-decisions.ts";
import { tenantItem } from "./records.ts";
import {
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  NOW,
  jwksBytes,
  signingKey,
} from "./tokens.ts";

export interface World {
  readonly fetchJwks: FetchJwks;
  readonly readTenantItem: ReadTenantItem;
  /** Milliseconds since the epoch. The library looks at `Date` besides. */
  readonly now: () => number;
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly tenantClaim: string;
  readonly defaultRoutes: readonly string[];
  readonly tenantCacheSeconds: number;
  readonly policyTimeCondition: boolean;
}

export interface Answer {
  /** The line of the log. */
  readonly entry: DecisionLogEntry;
  /** Of an allow or a forbid. */
  readonly result: AuthorizerResult | undefined;
  /** Of the other two. */
  readonly error: Error | undefined;
}

/** One tenant with the baseline's record, one issuer with the baseline's key, and the time NOW. */
const WORLD: World = {
  fetchJwks: () => Promise.resolve(jwksBytes(signingKey())),
  readTenantItem: (key) =>
    Promise.resolve(
      key === CLIENT_ID
        ? { kind: "item", item: tenantItem() }
        : { kind: "absent" },
    ),
  now: () => NOW * 1_000,
  issuers: [ISSUER],
  audiences: [AUDIENCE],
  tenantClaim: "azp",
  defaultRoutes: [],
  tenantCacheSeconds: 5,
  policyTimeCondition: true,
};

/** An authorizer with the deployment's defaults in the baseline's world, but for the changes. */
export function createTestAuthorizer(
  changes: Partial<World> = {},
): (event: unknown) => Promise<Answer> {
  const world = { ...WORLD, ...changes };
  const { now, issuers, audiences, tenantClaim } = world;
  const tolerance = { clockToleranceSeconds: 5 };
  const entries: DecisionLogEntry[] = [];
  const keySets = createKeySets(
    { maxAgeSeconds: 600, staleSeconds: 3_600, ...KEY_SET_COOLDOWNS },
    { fetchJwks: world.fetchJwks, now },
  );
  const authorizer = createAuthorizer(
    {
      verifyAccessToken: createAccessTokenVerifier(
        { issuers, audiences, ...tolerance },
        keySets,
        now,
      ),
      findTenant: createTenantCache(
        {
          tenantClaim,
          defaultRoutes: world.defaultRoutes,
          issuers: new Set(issuers),
          cacheSeconds: world.tenantCacheSeconds,
          staleSeconds: 300,
          maxEntries: 5_000,
        },
        { readTenantItem: world.readTenantItem, now },
      ),
      now,
      keptDecisions: createKeptDecisions(digestOf, MAX_KEPT_DECISIONS),
      logDecision: (entry) => entries.push(entry),
    },
    {
      issuers: new Set(issuers),
      tenantClaim,
      maxTokenLifetimeSeconds: 2_592_000,
      policyTimeCondition: world.policyTimeCondition,
      ...tolerance,
    },
  );
  return async (event) => {
    const settled = await authorizer(event, { awsRequestId: "test" }).then(
      (result) => ({ result, error: undefined }),
      (error: unknown) => ({ result: undefined, error: error as Error }),
    );
    const entry = entries.pop();
    if (entry === undefined || entries.length > 0) {
      throw new Error("an invocation writes one line of log, no more, no less");
    }
    return { entry, ...settled };
  };
}
