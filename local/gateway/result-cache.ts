/**
 * Keeps authorizer results (policy and context, never a verdict), as API Gateway does: by token header value, API,
 * authorizer and stage.
 */
import { createHash } from "node:crypto";
import type { AuthorizerResult } from "./authorizer-output.ts";

export interface CacheScope {
  readonly apiId: string;
  readonly stageName: string;
  readonly authorizerId: string;
}

/** A cached result as a console may show it: the token appears only as a fingerprint. */
export interface CachedResultView extends CacheScope {
  /** First 12 hex digits of the token header's SHA-256. */
  readonly tokenFingerprint: string;
  readonly principalId: string;
  readonly context: Readonly<Record<string, string>>;
  readonly policyDocument: unknown;
  readonly storedAtMs: number;
  readonly expiresAtMs: number;
  readonly hits: number;
}

export interface ResultCache {
  readonly find: (
    scope: CacheScope,
    token: string,
  ) => AuthorizerResult | undefined;
  readonly store: (
    scope: CacheScope,
    token: string,
    result: AuthorizerResult,
    ttlSeconds: number,
  ) => void;
  /** Forgets all results of one stage, whichever authorizer gave them. */
  readonly flush: (stage: Omit<CacheScope, "authorizerId">) => void;
  /** Results still usable, oldest first. */
  readonly entries: () => readonly CachedResultView[];
}

interface Entry {
  readonly scope: CacheScope;
  readonly result: AuthorizerResult;
  readonly tokenFingerprint: string;
  readonly storedAtMs: number;
  readonly expiresAtMs: number;
  hits: number;
}

export interface ResultCacheOptions {
  readonly now: () => number;
  /** The oldest entry makes room for a new one. @default 10 000 */
  readonly maxEntries?: number;
}

export function createResultCache({
  now,
  maxEntries = 10_000,
}: ResultCacheOptions): ResultCache {
  const entries = new Map<string, Entry>();

  return {
    find(scope, token) {
      const key = keyOf(scope, token);
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (now() >= entry.expiresAtMs) {
        entries.delete(key);
        return undefined;
      }
      entry.hits += 1;
      return entry.result;
    },

    store(scope, token, result, ttlSeconds) {
      if (ttlSeconds <= 0) return;
      const key = keyOf(scope, token);
      // Deleted first, so that the map's order stays the order of age.
      entries.delete(key);
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size >= maxEntries) {
        entries.delete(oldest);
      }
      const storedAtMs = now();
      entries.set(key, {
        scope,
        result,
        tokenFingerprint: fingerprint(token),
        storedAtMs,
        expiresAtMs: storedAtMs + ttlSeconds * 1000,
        hits: 0,
      });
    },

    flush({ apiId, stageName }) {
      for (const [key, { scope }] of entries) {
        if (scope.apiId === apiId && scope.stageName === stageName) {
          entries.delete(key);
        }
      }
    },

    entries: () =>
      [...entries.values()]
        .filter(({ expiresAtMs }) => now() < expiresAtMs)
        .map(({ scope, result, ...entry }) => ({
          ...scope,
          tokenFingerprint: entry.tokenFingerprint,
          principalId: result.principalId,
          context: result.context,
          policyDocument: result.policyDocument,
          storedAtMs: entry.storedAtMs,
          expiresAtMs: entry.expiresAtMs,
          hits: entry.hits,
        })),
  };
}

function keyOf(
  { apiId, stageName, authorizerId }: CacheScope,
  token: string,
): string {
  return JSON.stringify([apiId, stageName, authorizerId, token]);
}

function fingerprint(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 12);
}
