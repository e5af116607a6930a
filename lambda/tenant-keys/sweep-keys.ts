/**
 * Compares all rows with all keys, and makes the one fit the other: rows that were there before the plans, changes that
 * were given up, keys that somebody deleted by hand, and keys that nobody needs any more.
 *
 * A key goes in two steps, because answers that name it may be repeated for an hour, and one that API Gateway does not
 * know is refused: a sweep marks it, and a later one removes it if it is still unused.
 */
import { createKeyKeeper, type SeatedRow } from "./keep-keys.ts";
import type { ApiKey, ApiKeys, KeysReport } from "./ports.ts";

export interface SweepOptions {
  readonly keyNamePrefix: string;
  readonly planIds: readonly string[];
  readonly retireAfterSeconds: number;
}

export interface SweepDependencies {
  readonly keys: ApiKeys;
  /** Every row that a key can be made for. */
  readonly scan: () => Promise<readonly SeatedRow[]>;
  readonly confirm: Parameters<typeof createKeyKeeper>[1]["confirm"];
  readonly now: () => number;
  /** Whether there is time for one more row or key. */
  readonly hasTime: () => boolean;
}

export async function sweepKeys(
  { keyNamePrefix, planIds, retireAfterSeconds }: SweepOptions,
  { keys, scan, confirm, now, hasTime }: SweepDependencies,
): Promise<KeysReport> {
  const listed = await keys.list(keyNamePrefix);
  const rows = await scan();
  const taken = new Set(rows.map(({ seat }) => seat.keyName));
  const removed = new Set<string>();
  for (const key of listed.filter(({ name }) => !taken.has(name))) {
    if (!hasTime()) break;
    if (await retire(key)) removed.add(key.id);
  }

  // Read again: a tenant that moved back while its key was removed gets it anew.
  const rowsNow = removed.size === 0 ? rows : await scan();
  const left = listed.filter(({ id }) => !removed.has(id));
  const inPlans = new Map<string, ReadonlySet<string>>();
  for (const planId of planIds) {
    inPlans.set(planId, await keys.listPlan(planId));
  }
  const isInPlan = (keyId: string, planId: string): boolean =>
    inPlans.get(planId)?.has(keyId) ?? false;
  const byName = new Map(left.map((key) => [key.name, key]));
  const keeper = createKeyKeeper(keys, { confirm }, { byName, isInPlan });
  let rowsLeft = 0;
  for (const row of rowsNow) {
    if (hasTime()) await keeper.keep(row);
    else rowsLeft += 1;
  }
  return { ...keeper.counts, keysRemoved: removed.size, rowsLeft };

  /** @returns whether it is gone */
  async function retire({ id, unusedSinceMs }: ApiKey): Promise<boolean> {
    if (unusedSinceMs === undefined) {
      await keys.markUnused(id, now());
      return false;
    }
    if (now() - unusedSinceMs < retireAfterSeconds * 1_000) return false;
    await keys.remove(id);
    return true;
  }
}
