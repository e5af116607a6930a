/** The parent's end: makes stream records of what the process of the table tells, also of what it took with it. */
import type {
  FromTable,
  ItemBeforeWrite,
  ToTable,
  WatchedTable,
} from "./messages.ts";
import {
  createTableStream,
  type TableStream,
  type TableStreamOptions,
} from "./table-stream.ts";

export interface StreamFeed {
  readonly receive: (message: FromTable) => void;
  /** The first thing that a new process of the table has to hear. */
  readonly buildSetup: () => ToTable;
  /** `watch` resolves when everything that was written before has been received. */
  readonly openStream: (
    options: TableStreamOptions,
    watch: (table: WatchedTable) => Promise<void>,
  ) => Promise<TableStream>;
}

export function createStreamFeed(): StreamFeed {
  const tables = new Map<string, WatchedTable>();
  const streams = new Map<string, TableStream>();
  const unsettled = new Map<string, ItemBeforeWrite>();

  return {
    receive: (message) => {
      if (message.kind === "writing") {
        unsettled.set(message.item.id, message.item);
      } else if (message.kind === "settled") {
        const { id, newImage, atMs } = message;
        const item = unsettled.get(id);
        if (item === undefined) return;
        unsettled.delete(id);
        const { tableName, keys, oldImage } = item;
        streams.get(tableName)?.add({ keys, oldImage, newImage, atMs });
      }
    },
    buildSetup: () => ({
      kind: "setup",
      tables: [...tables.values()],
      unsettled: [...unsettled.values()],
    }),
    openStream: async (options, watch) => {
      const { tableName, keyAttributes } = options;
      const table = { tableName, keyAttributes };
      tables.set(tableName, table);
      await watch(table);
      const stream = createTableStream(options);
      streams.set(tableName, stream);
      return stream;
    },
  };
}
