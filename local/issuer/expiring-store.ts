import { randomBytes } from "node:crypto";

/** Values under unguessable ids, each for a time and no more than so many of them. */
export interface ExpiringStore<T> {
  /** Returns the id. What is oldest makes way when there is no room. */
  readonly add: (value: T) => string;
  readonly find: (id: string) => T | undefined;
  /** Finds it for the last time. */
  readonly take: (id: string) => T | undefined;
  readonly count: () => number;
}

export interface ExpiringStoreOptions {
  readonly lifetimeMs: number;
  readonly maxEntries: number;
  readonly now: () => number;
}

export function createExpiringStore<T>(
  options: ExpiringStoreOptions,
): ExpiringStore<T> {
  const { lifetimeMs, maxEntries, now } = options;
  // All live equally long, so the order of insertion is the order of expiry.
  const entries = new Map<string, { readonly value: T; expiresAtMs: number }>();

  const find = (id: string): T | undefined => {
    const entry = entries.get(id);
    return entry !== undefined && now() < entry.expiresAtMs
      ? entry.value
      : undefined;
  };
  return {
    find,
    count: () => entries.size,
    add: (value) => {
      for (const [id, { expiresAtMs }] of entries) {
        if (now() < expiresAtMs && entries.size < maxEntries) break;
        entries.delete(id);
      }
      const id = randomBytes(24).toString("base64url");
      entries.set(id, { value, expiresAtMs: now() + lifetimeMs });
      return id;
    },
    take: (id) => {
      const value = find(id);
      entries.delete(id);
      return value;
    },
  };
}
