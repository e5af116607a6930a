/**
 * Tenant records, cached for seconds: fresh ones are served without a read, and the last good one a while longer
 * while the table is unreachable. A record seen suspended or expired is never served in an outage, nor an absent one.
 */
import type { FindTenant, TenantLookup } from "../../core/authorize.ts";
import { CouldNotTellError } from "../../core/could-not-tell.ts";
import {
  type RecordRules,
  type Tenant,
  parseTenantRecord,
} from "../../core/tenant-record.ts";

/** What a read of the table comes to. */
export type ReadItem =
  | { readonly kind: "item"; readonly item: unknown }
  | { readonly kind: "absent" }
  /** Unreachable, throttled or failing: the table may answer the next time. */
  | { readonly kind: "unavailable"; readonly isTransient: boolean };

export type ReadTenantItem = (key: string) => Promise<ReadItem>;

export interface TenantCacheOptions extends RecordRules {
  /** A record this old is read anew before it is used. */
  readonly cacheSeconds: number;
  /** In an outage, an active record may serve until it is this old. */
  readonly staleSeconds: number;
  readonly maxEntries: number;
}

/** About 2 kB each with its compiled policy. */
export const MAX_CACHED_TENANTS = 5_000;

interface Entry {
  readonly tenant: Tenant | undefined;
  readonly readAtMs: number;
}

export function createTenantCache(
  options: TenantCacheOptions,
  dependencies: {
    readonly readTenantItem: ReadTenantItem;
    /** Milliseconds since the epoch, never backwards. */
    readonly now: () => number;
    /** A read failed, whether or not the last good record serves in its place. */
    readonly onReadFault?: () => void;
  },
): FindTenant {
  const { readTenantItem, now, onReadFault } = dependencies;
  /** In the order of use, the least recent first. */
  const entries = new Map<string, Entry>();
  const flights = new Map<string, Promise<Entry>>();

  const ageSeconds = ({ readAtMs }: Entry): number =>
    (now() - readAtMs) / 1_000;

  function keep(cacheKey: string, entry: Entry): void {
    entries.delete(cacheKey);
    entries.set(cacheKey, entry);
    if (entries.size <= options.maxEntries) return;
    const [oldest = cacheKey] = entries.keys();
    entries.delete(oldest);
  }

  async function read(cacheKey: string, key: string): Promise<Entry> {
    const last = entries.get(cacheKey);
    // The age counts from before the read: what changed meanwhile is not younger than that.
    const readAtMs = now();
    const result = await readTenantItem(key);
    switch (result.kind) {
      case "absent":
        return { tenant: undefined, readAtMs };
      case "item":
        // The last one is over, readable or not: a broken item may be a suspension with a typo in it.
        entries.delete(cacheKey);
        return { tenant: parse(result.item, key), readAtMs };
      case "unavailable":
        onReadFault?.();
        if (result.isTransient && last !== undefined && mayServeStale(last)) {
          return last;
        }
        throw new CouldNotTellError("table_unavailable");
    }
  }

  function parse(item: unknown, key: string): Tenant {
    const parsed = parseTenantRecord(item, key, options);
    if (parsed.ok) return parsed.tenant;
    const attributes = new Set(
      parsed.problems.map(({ attribute }) => attribute),
    );
    throw new CouldNotTellError("record_broken", {
      attributes: [...attributes].slice(0, 10),
    });
  }

  function mayServeStale(entry: Entry): boolean {
    const { tenant } = entry;
    return (
      tenant?.status === "active" &&
      (tenant.expiresAt === undefined || tenant.expiresAt > now() / 1_000) &&
      ageSeconds(entry) < options.staleSeconds
    );
  }

  /** The age of an entry that is still the one to use, without a read. Using it counts as use. */
  function recheck(cacheKey: string, entry: Entry): number | undefined {
    if (entries.get(cacheKey) !== entry) return undefined;
    const age = ageSeconds(entry);
    if (age >= options.cacheSeconds) return undefined;
    keep(cacheKey, entry);
    return age;
  }

  async function readOnce(cacheKey: string, key: string): Promise<Entry> {
    const inFlight = flights.get(cacheKey);
    if (inFlight !== undefined) return await inFlight;
    const flight = read(cacheKey, key).finally(() => {
      flights.delete(cacheKey);
    });
    flights.set(cacheKey, flight);
    return await flight;
  }

  return async (key, issuer): Promise<TenantLookup> => {
    // Issuers never share an entry, whatever their records say.
    const cacheKey = `${issuer} ${key}`;
    const cached = entries.get(cacheKey);
    const entry =
      cached !== undefined && ageSeconds(cached) < options.cacheSeconds
        ? cached
        : await readOnce(cacheKey, key);
    keep(cacheKey, entry);
    return {
      tenant: entry.tenant,
      recordAgeSeconds: ageSeconds(entry),
      recheck: () => recheck(cacheKey, entry),
    };
  };
}
