/**
 * One execution environment: the product's caches and compiler with a clock of its own. It serves one request at a
 * time, so a decision is played out at once, and the clock shows afterwards how long it took.
 */
import { jwksUriOf } from "../../lambda/authorizer/adapters/access-token-verifier.ts";
import {
  KEY_SET_COOLDOWNS,
  type KeySetSnapshot,
  type KeySets,
  createKeySets,
} from "../../lambda/authorizer/adapters/key-sets.ts";
import {
  MAX_CACHED_TENANTS,
  createTenantCache,
} from "../../lambda/authorizer/adapters/tenant-cache.ts";
import type { FindTenant } from "../../lambda/core/authorize.ts";
import { CouldNotTellError } from "../../lambda/core/could-not-tell.ts";
import type { StageArn } from "../../lambda/core/method-arn.ts";
import { compilePolicy } from "../../lambda/core/policy.ts";
import { ASSUMPTIONS } from "./assumptions.ts";
import { keyOf, tenantOfKey } from "./population.ts";
import { type Random, drawDelay } from "./random.ts";
import type { Answer } from "./result-cache.ts";
import { ISSUER, SETTINGS } from "./settings.ts";

/** What an environment asks of the world, at a moment of the simulated time. */
export interface Outside {
  readonly random: Random;
  /** `undefined` for an answer that is no 200. */
  readonly fetchJwks: (atMs: number) => Uint8Array | undefined;
  readonly readItem: (tenant: number, atMs: number) => unknown;
  readonly snapshot: KeySetSnapshot | undefined;
  readonly onPolicy: (bytes: number) => void;
}

export interface Outcome {
  /** `undefined`: could not tell, which the gateway does not keep. */
  readonly answer: Answer | undefined;
  readonly endsAtMs: number;
}

export interface Environment {
  readonly startedAtMs: number;
  /** When it was given back last. */
  idleSinceMs: number;
  /** Runtime, bundle, key set. */
  readonly start: () => Promise<void>;
  readonly decide: (
    tenant: number,
    kid: string,
    atMs: number,
  ) => Promise<Outcome>;
  /** Records in its cache. */
  readonly records: () => number;
}

const JWKS_URI = jwksUriOf(ISSUER);
const STAGE: StageArn = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};
const NO_GRANTS: ReadonlySet<string> = new Set();

export function createEnvironment(
  startedAtMs: number,
  outside: Outside,
): Environment {
  const { random } = outside;
  const clock = { ms: startedAtMs };
  const keySets = openKeySets(outside, clock);
  const { findTenant, records } = openTenantCache(outside, clock);
  let decisions = 0;

  async function decide(tenant: number, kid: string): Promise<Answer> {
    const key = await keySets.findKey(JWKS_URI, kid);
    if (key === undefined) throw new CouldNotTellError("keys_unavailable");
    const found = await findTenant(keyOf(tenant), ISSUER);
    if (found.tenant?.status !== "active") return "forbid";
    decisions += 1;
    if (decisions % ASSUMPTIONS.compileEvery === 0) {
      const policy = compilePolicy(found.tenant, STAGE);
      policy.build(NO_GRANTS, clock.ms / 1_000);
      outside.onPolicy(policy.bytes);
    }
    return "allow";
  }

  return {
    startedAtMs,
    idleSinceMs: startedAtMs,
    async start() {
      clock.ms += drawDelay(random, ASSUMPTIONS.initMs, ASSUMPTIONS.initSigma);
      await keySets.prewarm(JWKS_URI);
    },
    async decide(tenant, kid, atMs) {
      // After a start the clock is ahead of the request that it was for.
      clock.ms = Math.max(clock.ms, atMs) + ASSUMPTIONS.decisionMs;
      try {
        const answer = await decide(tenant, kid);
        return { answer, endsAtMs: clock.ms };
      } catch (error) {
        if (!(error instanceof CouldNotTellError)) throw error;
        return { answer: undefined, endsAtMs: clock.ms };
      }
    },
    records,
  };
}

interface Clock {
  ms: number;
}

function openKeySets(outside: Outside, clock: Clock): KeySets {
  return createKeySets(
    {
      maxAgeSeconds: SETTINGS.jwksMaxAgeSeconds,
      staleSeconds: SETTINGS.jwksStaleSeconds,
      ...KEY_SET_COOLDOWNS,
    },
    {
      now: () => clock.ms,
      findSnapshot: () => outside.snapshot,
      fetchJwks: () => {
        const body = outside.fetchJwks(clock.ms);
        clock.ms += drawDelay(
          outside.random,
          ASSUMPTIONS.fetchMs,
          ASSUMPTIONS.fetchSigma,
        );
        return body === undefined
          ? Promise.reject(new Error("status 429"))
          : Promise.resolve(body);
      },
    },
  );
}

function openTenantCache(
  outside: Outside,
  clock: Clock,
): { readonly findTenant: FindTenant; readonly records: () => number } {
  /** All that were ever read: the cache forgets none below its bound. */
  const read = new Set<number>();
  const findTenant = createTenantCache(
    {
      tenantClaim: SETTINGS.tenantClaim,
      defaultRoutes: SETTINGS.defaultRoutes,
      issuers: new Set(SETTINGS.issuers),
      cacheSeconds: SETTINGS.tenantCacheSeconds,
      staleSeconds: SETTINGS.tenantStaleSeconds,
      maxEntries: MAX_CACHED_TENANTS,
    },
    {
      now: () => clock.ms,
      readTenantItem: (key) => {
        const tenant = tenantOfKey(key);
        if (read.size < MAX_CACHED_TENANTS) read.add(tenant);
        const item = outside.readItem(tenant, clock.ms);
        clock.ms += drawDelay(
          outside.random,
          ASSUMPTIONS.readMs,
          ASSUMPTIONS.readSigma,
        );
        return Promise.resolve({ kind: "item", item });
      },
    },
  );
  return { findTenant, records: () => read.size };
}
