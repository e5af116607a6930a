/**
 * Finds out what writes change, by reading each item before and after. Writes of one item take turns, so no change
 * mixes two of them.
 */
import { canonical, type WireItem } from "./attribute-values.ts";
import { createKeyLocks } from "./key-locks.ts";
import type { ItemBeforeWrite, SettledItem, WatchedTable } from "./messages.ts";
import type { TableWrite } from "./table-writes.ts";

export interface WriteWatcher {
  readonly watchTable: (table: WatchedTable) => void;
  /** Resolves with what `forward` resolves with, once the items of the write are settled. */
  readonly watch: <T>(
    writes: readonly TableWrite[],
    forward: () => Promise<T>,
  ) => Promise<T>;
  /** Reads what has become of an item whose write was cut off. */
  readonly settle: (item: Omit<ItemBeforeWrite, "oldImage">) => Promise<void>;
}

export interface WriteWatcherOptions {
  readonly readItem: (
    tableName: string,
    keys: WireItem,
  ) => Promise<WireItem | undefined>;
  readonly onWriting: (item: ItemBeforeWrite) => void;
  readonly onSettled: (item: SettledItem) => void;
}

export function createWriteWatcher(options: WriteWatcherOptions): WriteWatcher {
  const { readItem, onWriting, onSettled } = options;
  const withKeys = createKeyLocks();
  const tables = new Map<string, WatchedTable>();

  function findItems(
    writes: readonly TableWrite[],
  ): readonly Omit<ItemBeforeWrite, "oldImage">[] {
    const items = new Map<string, Omit<ItemBeforeWrite, "oldImage">>();
    for (const { tableName, item } of writes) {
      const table = tables.get(tableName);
      if (table === undefined) continue;
      const keys = Object.fromEntries(
        table.keyAttributes.map((name) => [name, item[name]]),
      );
      const id = `${tableName} ${canonical(keys) ?? ""}`;
      items.set(id, { id, tableName, keys });
    }
    return [...items.values()];
  }

  const settle: WriteWatcher["settle"] = async ({ id, tableName, keys }) => {
    const newImage = await readItem(tableName, keys);
    onSettled({ id, newImage, atMs: Date.now() });
  };

  return {
    settle,
    watchTable: (table) => {
      tables.set(table.tableName, table);
    },
    watch: async (writes, forward) => {
      const items = findItems(writes);
      const ids = items.map(({ id }) => id);
      return withKeys(ids, async () => {
        for (const item of items) {
          const oldImage = await readItem(item.tableName, item.keys);
          onWriting({ ...item, oldImage });
        }
        const answer = await forward();
        for (const item of items) {
          await settle(item);
        }
        return answer;
      });
    },
  };
}
