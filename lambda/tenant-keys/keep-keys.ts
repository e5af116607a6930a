/**
 * Gives rows their keys: makes the key, puts it into its plan, and only then confirms it in the row. The authorizer uses
 * no key that is not confirmed, so whatever fails on the way leaves the tenant with its plan's shared key.
 */
import type { ApiKey, ApiKeys, TenantRows } from "./ports.ts";
import type { Seat, TenantRow } from "./tenant-row.ts";

export interface SeatedRow {
  readonly row: TenantRow;
  readonly seat: Seat;
}

export interface KeyCounts {
  keysMade: number;
  rowsConfirmed: number;
  rowsOverLimit: number;
}

/** Keys of which a sweep has seen that they are there, by name, and the plans they are in. */
export interface KnownKeys {
  readonly byName: ReadonlyMap<string, ApiKey>;
  readonly isInPlan: (keyId: string, planId: string) => boolean;
}

/** Each seat once per invocation, however many rows share it. */
export function createKeyKeeper(
  keys: Pick<ApiKeys, "find" | "create" | "attach" | "markUnused">,
  rows: Pick<TenantRows, "confirm">,
  known?: KnownKeys,
): {
  readonly keep: (row: SeatedRow) => Promise<void>;
  readonly counts: Readonly<KeyCounts>;
} {
  const counts: KeyCounts = { keysMade: 0, rowsConfirmed: 0, rowsOverLimit: 0 };
  const ensured = new Map<string, Promise<boolean>>();
  let isLimitReached = false;

  async function findOrMake(seat: Seat): Promise<ApiKey | undefined> {
    const { keyName, keyValue } = seat;
    const found = known
      ? known.byName.get(keyName)
      : await keys.find(keyName, keyValue);
    if (found !== undefined || isLimitReached) return found;
    const made = await keys.create(keyName, keyValue);
    if (made === "limit") {
      isLimitReached = true;
      return undefined;
    }
    if (made === "exists") return await keys.find(keyName, keyValue);
    counts.keysMade += 1;
    return made;
  }

  /** @returns whether the seat's key is there and in its plan */
  async function ensure(seat: Seat): Promise<boolean> {
    const key = await findOrMake(seat);
    if (key === undefined) {
      if (isLimitReached) return false;
      throw new Error(
        "a key's value is taken by a key of another name: find it in API Gateway and delete it",
      );
    }
    if (known?.isInPlan(key.id, seat.planId) !== true) {
      await keys.attach(key.id, seat.planId);
    }
    // Somebody is in its seat again: a sweep is not to remove it.
    if (key.unusedSinceMs !== undefined) {
      await keys.markUnused(key.id, undefined);
    }
    return true;
  }

  return {
    counts,
    keep: async ({ row, seat }) => {
      const inFlight = ensured.get(seat.keyName) ?? ensure(seat);
      ensured.set(seat.keyName, inFlight);
      if (!(await inFlight)) {
        counts.rowsOverLimit += 1;
        return;
      }
      if (row.usageKey === seat.keyValue) return;
      // A row that changed meanwhile comes again, as a change of its own.
      if (await rows.confirm(row.key, seat.keyValue, row.usageKey)) {
        counts.rowsConfirmed += 1;
      }
    },
  };
}
