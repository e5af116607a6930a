/** The edge: environment, clients, console. Everything is built once, at cold start. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
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
import {
  KEY_SET_COOLDOWNS,
  type KeySetSnapshot,
  createKeySets,
} from "./adapters/key-sets.ts";
import {
  MAX_CACHED_TENANTS,
  createTenantCache,
} from "./adapters/tenant-cache.ts";
import { chooseUsageKey } from "../core/usage-key.ts";
import { ConfigError, parseConfig } from "./config.ts";
import { ENV } from "./env-names.ts";
import { parseKeySetSnapshots } from "./adapters/key-set-snapshot.ts";
import { type Authorizer, createAuthorizer } from "./create-authorizer.ts";

const config = parseConfig(process.env);
const { usagePlans } = config;
const sha256 = (text: string) => hash("sha256", text, "hex");
const issuers = new Set(config.issuers);
const now = createClock({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
});

const snapshots = readKeySetSnapshots();
const keySets = createKeySets(
  {
    maxAgeSeconds: config.jwksMaxAgeSeconds,
    staleSeconds: config.jwksStaleSeconds,
    ...KEY_SET_COOLDOWNS,
  },
  {
    fetchJwks: createJwksFetcher(JWKS_FETCH_BUDGET),
    now,
    findSnapshot: (jwksUri) => snapshots.get(jwksUri),
  },
);

function readKeySetSnapshots(): ReadonlyMap<string, KeySetSnapshot> {
  const { jwksSnapshot, jwksSnapshotMaxAgeSeconds } = config;
  if (jwksSnapshot === undefined) return new Map();
  const file = readFileSync(new URL(jwksSnapshot, import.meta.url));
  const parsed = parseKeySetSnapshots(file, jwksSnapshotMaxAgeSeconds);
  if (parsed === undefined) {
    throw new ConfigError([
      `${ENV.jwksSnapshot} is not a key-set snapshot: write it with npm run keys:snapshot`,
    ]);
  }
  return parsed;
}

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
    verifyAccessToken: createAccessTokenVerifier(config, keySets, now),
    findTenant,
    now,
    chooseUsageKey:
      usagePlans &&
      ((decision, stage) =>
        chooseUsageKey(decision, stage, usagePlans, sha256)),
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
