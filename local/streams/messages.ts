/** What the process of the table and its parent tell each other, in JSON over the IPC channel. */
import type { WireItem } from "./attribute-values.ts";

export interface WatchedTable {
  readonly tableName: string;
  readonly keyAttributes: readonly string[];
}

/** An item that is being written: whether it has been, nobody knows until it is settled. */
export interface ItemBeforeWrite {
  /** Table and key in one. */
  readonly id: string;
  readonly tableName: string;
  readonly keys: WireItem;
  /** Absent when there was none. */
  readonly oldImage?: WireItem | undefined;
}

export interface SettledItem {
  readonly id: string;
  /** Absent when there is none any more. */
  readonly newImage?: WireItem | undefined;
  readonly atMs: number;
}

export type ToTable =
  | {
      readonly kind: "setup";
      readonly tables: readonly WatchedTable[];
      /** What the process before this one took with it. */
      readonly unsettled: readonly ItemBeforeWrite[];
    }
  | { readonly kind: "watch"; readonly table: WatchedTable }
  | { readonly kind: "delay"; readonly ms: number };

export type FromTable =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "failed"; readonly code: string }
  | { readonly kind: "watching"; readonly tableName: string }
  | { readonly kind: "writing"; readonly item: ItemBeforeWrite }
  | ({ readonly kind: "settled" } & SettledItem);
