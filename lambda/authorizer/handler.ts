/** The edge: environment, clients, console. Everything is built once, at cold start. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  createAccessTokenVerifier,
  jwksUriOf,
} from "./adapters/access-token-verifier.ts";
import { createClock } from "./adapters/clock.ts";
import { digestOf } from "./adapters/digest.ts";
import {
  TABLE_READ_BUDGET,
  TABLE_WARM_UP_BUDGET,
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
import { MAX_KEPT_DECISIONS, createKeptDecisions } from "./kept-decisions.ts";
import { createFaultCounter } from "./fault-counts.ts";

const config = parseConfig(process.env);
const { usagePlans } = config;
const sha256 = (text: string) => hash("sha256", text, "hex");
const issuers = new Set(config.issuers);
const now = createClock({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
});

const faults = createFaultCounter();
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
    onFetchFault: () => {
      faults.count("keyFetchFaults");
    },
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

const table = {
  tableName: config.tenantTable,
  keyAttribute: config.tenantClaim,
};
const dynamo = createDynamoClient(TABLE_READ_BUDGET);

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
    readTenantItem: createTenantReader(dynamo, table, TABLE_READ_BUDGET),
    now,
    onReadFault: () => {
      faults.count("tableFaults");
    },
  },
);

export const handler: Authorizer = createAuthorizer(
  {
    verifyAccessToken: createAccessTokenVerifier(config, keySets, now),
    findTenant,
    now,
    keptDecisions: createKeptDecisions(digestOf, MAX_KEPT_DECISIONS),
    takeFaults: faults.take,
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

/** No tenant can have it: a tenant claim with this value is refused before the table is asked. */
const KEY_OF_NO_TENANT = "!";

// Init ends with keys in hand and a connection to the table, or without when one is down: it never fails for that.
// At the same time, because each is several round trips. Awaited, because Lambda may freeze the function as soon as
// init is over, and what is in flight would die.
await Promise.all([
  ...config.issuers.map((issuer) => keySets.prewarm(jwksUriOf(issuer))),
  createTenantReader(dynamo, table, TABLE_WARM_UP_BUDGET)(KEY_OF_NO_TENANT),
]);
