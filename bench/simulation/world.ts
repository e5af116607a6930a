/** All that the environments share: the table, the issuer, and what was suspended when. */
import { parseKeySet } from "../../lambda/authorizer/adapters/key-set.ts";
import type { KeySetSnapshot } from "../../lambda/authorizer/adapters/key-sets.ts";
import { ASSUMPTIONS } from "./assumptions.ts";
import type { Outside } from "./environment.ts";
import { createHottest } from "./hottest.ts";
import { type Issuer, createIssuer } from "./issuer.ts";
import type { PerSecond } from "./per-second.ts";
import { buildItem, partitionOf } from "./population.ts";
import { QUOTA_LIMITS } from "./quotas.ts";
import { createRandom } from "./random.ts";
import type { Sizes } from "./sizes.ts";

export interface World extends Outside {
  readonly issuer: Issuer;
  /** Also for a moment to come: environments run ahead of the simulated time by the length of a decision. */
  readonly suspend: (tenant: number, atMs: number) => void;
  /** When the tenant is suspended; `undefined` when it never is. */
  readonly suspendedAtMs: (tenant: number) => number | undefined;
  readonly policies: () => PolicySizes;
}

export interface PolicySizes {
  readonly count: number;
  readonly mostBytes: number;
}

export function createWorld(
  sizes: Pick<Sizes, "hasSnapshot" | "seed">,
  counts: PerSecond,
): World {
  const issuer = createIssuer(QUOTA_LIMITS.jwksPerSecond);
  const suspended = new Map<number, number>();
  let policies: PolicySizes = { count: 0, mostBytes: 0 };
  const items = createHottest();
  const partitions = createHottest();

  return {
    random: createRandom(sizes.seed + 2),
    issuer,
    snapshot: sizes.hasSnapshot ? takeSnapshot() : undefined,
    fetchJwks(atMs) {
      counts.add("jwksFetches", atMs);
      const body = issuer.answer(atMs);
      if (body === undefined) counts.add("jwksRefused", atMs);
      return body;
    },
    readItem(tenant, atMs) {
      const partition = partitionOf(tenant, ASSUMPTIONS.partitions);
      counts.add("reads", atMs);
      counts.raise("hottestItem", atMs, items.count(tenant, atMs));
      counts.raise("hottestPartition", atMs, partitions.count(partition, atMs));
      return buildItem(tenant, (suspended.get(tenant) ?? Infinity) <= atMs);
    },
    onPolicy(bytes) {
      policies = {
        count: policies.count + 1,
        mostBytes: Math.max(policies.mostBytes, bytes),
      };
    },
    suspend(tenant, atMs) {
      suspended.set(tenant, atMs);
    },
    suspendedAtMs: (tenant) => suspended.get(tenant),
    policies: () => policies,
  };
}

/** What `npm run keys:snapshot` would have bundled an hour before the start. */
function takeSnapshot(): KeySetSnapshot {
  const keys = parseKeySet(createIssuer(1).answer(0) ?? new Uint8Array());
  if (keys === undefined) throw new Error("the issuer's own set has no key");
  return { keys, takenAtMs: -3_600_000, maxAgeSeconds: 7 * 86_400 };
}
