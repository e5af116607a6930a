/**
 * The authorizer wired up as in handler.ts: the real configuration parser, key sets, verifier, tenant cache and
 * record parser. Only what fetches bytes and reads items is fake, and the clock is ours.
 */
import {
  createAccessTokenVerifier,
  jwksUriOf,
} from "../../lambda/authorizer/adapters/access-token-verifier.ts";
import { digestOf } from "../../lambda/authorizer/adapters/digest.ts";
import type { FetchJwks } from "../../lambda/authorizer/adapters/jwks-fetcher.ts";
import { parseKeySetSnapshots } from "../../lambda/authorizer/adapters/key-set-snapshot.ts";
import {
  KEY_SET_COOLDOWNS,
  createKeySets,
} from "../../lambda/authorizer/adapters/key-sets.ts";
import {
  MAX_CACHED_TENANTS,
  createTenantCache,
} from "../../lambda/authorizer/adapters/tenant-cache.ts";
import { parseConfig } from "../../lambda/authorizer/config.ts";
import {
  type AuthorizerResult,
  type DecisionLogEntry,
  createAuthorizer,
} from "../../lambda/authorizer/create-authorizer.ts";
import {
  MAX_KEPT_DECISIONS,
  createKeptDecisions,
} from "../../lambda/authorizer/kept-decisions.ts";
import { type ManualClock, manualClock } from "../support/fakes.ts";
import {
  AUDIENCE,
  ISSUER,
  NOW,
  type Overrides,
  jwksBytes,
  signingKey,
} from "../support/tokens.ts";
import { acmeItem, baselineEvent, globexItem } from "./baseline.ts";

export interface DeploymentOptions {
  /** Environment variables beside issuer, audience and table. */
  readonly env?: Readonly<Record<string, string>>;
  /** Changes to acme's record; `null` takes the record away. */
  readonly record?: Overrides | null;
  /** Further items, by their key. */
  readonly items?: Readonly<Record<string, unknown>>;
  /** What issuers publish, beside or instead of our issuer's `key-1`; lazy, because it takes keys. */
  readonly keySets?: () => Readonly<Record<string, KeySetAnswer>>;
  /** A key-set snapshot file. */
  readonly snapshot?: () => object;
  /** Seconds that pass between the start and the attack's request; the start's fetch is then no hindrance. */
  readonly warmSeconds?: number;
}

/** A JWKS as an object or as bytes, or an issuer that is down. */
export type KeySetAnswer = object | Uint8Array | "down";

export interface Counts {
  fetches: number;
  keyLookups: number;
  verifications: number;
  reads: number;
}

export type Answer =
  | { readonly kind: "result"; readonly result: AuthorizerResult }
  | { readonly kind: "thrown"; readonly error: unknown };

export interface Deployment {
  readonly clock: ManualClock;
  /** What each issuer publishes; may be changed on the way. */
  readonly keySets: Map<string, KeySetAnswer>;
  /** The table; `"down"` is an outage. */
  table: Map<string, unknown> | "down";
  readonly log: DecisionLogEntry[];
  /** Work done so far. */
  readonly counts: Counts;
  /** Sends the baseline's event, but for the overrides. */
  readonly send: (event?: Overrides) => Promise<Answer>;
}

/** A deployment that has started: keys are prewarmed, as at the end of Lambda's init. */
export async function createDeployment({
  env = {},
  record = {},
  items = {},
  keySets = () => ({}),
  snapshot,
  warmSeconds = 100,
}: DeploymentOptions = {}): Promise<Deployment> {
  const config = parseConfig({
    AUTH0_ISSUERS: ISSUER,
    AUTH0_AUDIENCES: AUDIENCE,
    TENANT_TABLE: "tenants",
    ...env,
  });
  const issuers = new Set(config.issuers);
  const clock = manualClock(NOW - warmSeconds);
  const { now } = clock;
  const counts: Counts = {
    fetches: 0,
    keyLookups: 0,
    verifications: 0,
    reads: 0,
  };
  const published = new Map<string, KeySetAnswer>(
    Object.entries({ [ISSUER]: jwksBytes(signingKey()), ...keySets() }),
  );
  const globex = globexItem();
  const table = new Map<string, unknown>([
    [globex.key, globex.item],
    ...Object.entries(items),
  ]);
  if (record !== null) {
    const acme = acmeItem(config.tenantClaim, record);
    table.set(acme.key, acme.item);
  }

  const fetchJwks: FetchJwks = (uri) => {
    counts.fetches += 1;
    const issuer = config.issuers.find((known) => jwksUriOf(known) === uri);
    const answer = issuer === undefined ? undefined : published.get(issuer);
    return answer === undefined || answer === "down"
      ? Promise.reject(new Error("the issuer is down"))
      : Promise.resolve(
          answer instanceof Uint8Array
            ? answer
            : Buffer.from(JSON.stringify(answer)),
        );
  };
  const snapshots =
    snapshot === undefined
      ? undefined
      : parseKeySetSnapshots(
          Buffer.from(JSON.stringify(snapshot())),
          config.jwksSnapshotMaxAgeSeconds,
        );
  const sets = createKeySets(
    {
      maxAgeSeconds: config.jwksMaxAgeSeconds,
      staleSeconds: config.jwksStaleSeconds,
      ...KEY_SET_COOLDOWNS,
    },
    { fetchJwks, now, findSnapshot: (uri) => snapshots?.get(uri) },
  );
  const verify = createAccessTokenVerifier(
    config,
    {
      ...sets,
      findKey: (jwksUri, kid) => {
        counts.keyLookups += 1;
        return sets.findKey(jwksUri, kid);
      },
    },
    now,
  );
  const log: DecisionLogEntry[] = [];

  const deployment: Deployment = {
    clock,
    keySets: published,
    table,
    log,
    counts,
    send: async (event = {}) => {
      const sent = baselineEvent(event);
      return await atWallClock(now, async () => {
        try {
          return {
            kind: "result",
            result: await authorizer(sent, { awsRequestId: "request-1" }),
          };
        } catch (error) {
          return { kind: "thrown", error };
        }
      });
    },
  };
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
      readTenantItem: (key) => {
        counts.reads += 1;
        if (deployment.table === "down")
          return Promise.resolve({ kind: "unavailable", isTransient: true });
        return Promise.resolve(
          deployment.table.has(key)
            ? { kind: "item", item: deployment.table.get(key) }
            : { kind: "absent" },
        );
      },
      now,
    },
  );
  const authorizer = createAuthorizer(
    {
      verifyAccessToken: (token) => {
        counts.verifications += 1;
        return verify(token);
      },
      findTenant,
      now,
      keptDecisions: createKeptDecisions(digestOf, MAX_KEPT_DECISIONS),
      logDecision: (entry) => log.push(entry),
    },
    {
      issuers,
      tenantClaim: config.tenantClaim,
      clockToleranceSeconds: config.clockToleranceSeconds,
      maxTokenLifetimeSeconds: config.maxTokenLifetimeSeconds,
      policyTimeCondition: config.policyTimeCondition,
    },
  );

  await Promise.all(
    config.issuers.map((issuer) => sets.prewarm(jwksUriOf(issuer))),
  );
  clock.advance(warmSeconds);
  return deployment;
}

/** The JWT library looks at the wall clock itself, so that must show our time while it runs. */
async function atWallClock<Value>(
  now: () => number,
  run: () => Promise<Value>,
): Promise<Value> {
  const dateNow = Date.now;
  Date.now = now;
  try {
    return await run();
  } finally {
    Date.now = dateNow;
  }
}
