/** What the load and the process that runs the local run say to each other. */
import type { CacheUse } from "../../local/gateway/access-log.ts";
import type { PoolCounts } from "../../local/functions/function-pool.ts";
import type { ProcessMemory } from "./process-memory.ts";
import type { RequestPools } from "./request-mix.ts";

export type ToHost = { readonly kind: "sample" } | { readonly kind: "stop" };

export interface Ready {
  readonly kind: "ready";
  /** The API's base URL, with its stage. */
  readonly gateway: string;
  readonly pools: RequestPools;
}

/** For each request, by the id in its answer, whether the authorizer was asked for it. */
export interface Seen {
  readonly kind: "seen";
  readonly requests: readonly (readonly [requestId: string, use: CacheUse])[];
}

/** The gateway's process right after a garbage collection, and its children as they are. Bytes. */
export interface Sample {
  readonly kind: "sample";
  readonly gateway: {
    readonly rss: number;
    readonly heapUsed: number;
    /** Memory of buffers, which is not on the heap. */
    readonly external: number;
  };
  /** How long the collection held up everything else in that process. */
  readonly collectMs: number;
  readonly children: readonly ProcessMemory[];
  /** Of the authorizer's function. */
  readonly authorizer: PoolCounts;
}

/** A line of the authorizer's log that says that it could not tell. */
export interface CouldNotTell {
  readonly kind: "could-not-tell";
  readonly line: string;
}

export type FromHost = Ready | Seen | Sample | CouldNotTell;
