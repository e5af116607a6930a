/** The edge: environment, clients, console. Everything is built once, at cold start. */
import {
  createAccessTokenVerifier,
  jwksUriOf,
} from "./adapters/access-token-verifier.ts";
import { createClock } from "./adapters/clock.ts";
import {
  TABLE_READ_BUDGET,
  createDynamoClient,
  createTenantReader,
} from "./adapters/dynamo-tenants.ts";
import {
  JWKS_FETCH_BUDGET,
  createJwksFetcher,
} from "./adapters/jwks-fetcher.ts";
import { KEY_SET_COOLDOWNS, createKeySets } from "./adapters/key-sets.ts";
import {
  MAX_CACHED_TENANTS,
  createTenantCache,
} from "./adapters/tenant-cache.ts";
import { parseConfig } from "./config.ts";
import { type Authorizer, createAuthorizer } from "./create-authorizer.ts";

const config = parseConfig(process.env);
const issuers = new Set(config.issuers);
const now = createClock({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
});

const keySets = createKeySets(
  {
    maxAgeSeconds: config.jwksMaxAgeSeconds,
    staleSeconds: config.jwksStaleSeconds,
    ...KEY_SET_COOLDOWNS,
  },
  { fetchJwks: createJwksFetcher(JWKS_FETCH_BUDGET), now },
);

const findTenant = createTenantCache(
  {
    tenantClaim: config.tenantClaim,
    defaultRoutes: config.defaultRoutes,
    issuers,
    cacheSeconds: config.tenantCacheSeconds,
    staleSeconds: config.tenantStaleSeconds,
    maxEntries: MAX_CACHED_TENANTS,
  },
  {
    readTenantItem: createTenantReader(
      createDynamoClient(TABLE_READ_BUDGET),
      { tableName: config.tenantTable, keyAttribute: config.tenantClaim },
      TABLE_READ_BUDGET,
    ),
    now,
  },
);

export const handler: Authorizer = createAuthorizer(
  {
    verifyAccessToken: createAccessTokenVerifier(config, keySets),
    findTenant,
    now,
    // As an object, so that it stays one under Lambda's JSON log format.
    logDecision: (entry) => {
      console.info(entry);
    },
  },
  {
    issuers,
    tenantClaim: config.tenantClaim,
    clockToleranceSeconds: config.clockToleranceSeconds,
    maxTokenLifetimeSeconds: config.maxTokenLifetimeSeconds,
    policyTimeCondition: config.policyTimeCondition,
  },
);

// Init ends with keys in hand, or without when the issuer is down: it never fails for that. Awaited, because
// Lambda may freeze the function as soon as init is over, and a fetch in flight would die.
await Promise.all(
  config.issuers.map((issuer) => keySets.prewarm(jwksUriOf(issuer))),
);
