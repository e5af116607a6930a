import { isSameItem } from "./attribute-values.ts";
import {
  buildStreamRecord,
  type ItemChange,
  type StreamRecord,
} from "./stream-record.ts";

export interface TableStreamOptions {
  readonly tableName: string;
  readonly arn: string;
  readonly region: string;
  readonly keyAttributes: readonly string[];
}

/** The changes of one table, in one shard; kept only for readers that are open. */
export interface TableStream {
  readonly tableName: string;
  readonly arn: string;
  /** Adds a record, unless old and new image hold the same. */
  readonly add: (change: ItemChange) => void;
  /** Begins behind the latest record. */
  readonly openReader: () => StreamReader;
}

export interface StreamReader {
  /** The next record, if there is one. */
  readonly peek: () => StreamRecord | undefined;
  /** Goes on to the record behind it. */
  readonly take: () => void;
  /** How many wait to be read. */
  readonly count: () => number;
  readonly close: () => void;
}

export function createTableStream(options: TableStreamOptions): TableStream {
  const { tableName, arn } = options;
  const readers = new Set<StreamRecord[]>();
  let sequence = 0;

  return {
    tableName,
    arn,
    add: (change) => {
      if (isSameItem(change.oldImage, change.newImage)) return;
      sequence += 1;
      const record = buildStreamRecord(change, options, sequence);
      for (const waiting of readers) {
        waiting.push(record);
      }
    },
    openReader: () => {
      const waiting: StreamRecord[] = [];
      readers.add(waiting);
      return {
        peek: () => waiting[0],
        take: () => waiting.shift(),
        count: () => waiting.length,
        close: () => readers.delete(waiting),
      };
    },
  };
}
