/**
 * Key sets written down at deploy time, for a cold start while an issuer is down. They serve only while no fetch
 * has succeeded, and only until an age: a key that was revoked since still stands in them.
 */
import { isJsonObject, own, parseJsonObject } from "../../core/json.ts";
import { selectKeys } from "./key-set.ts";
import type { KeySetSnapshot } from "./key-sets.ts";

/**
 * Parses `{"takenAt": "<ISO 8601>", "sets": {"<JWKS URI>": {"keys": […]}}}`, as `npm run keys:snapshot` writes it.
 *
 * @returns the snapshot of each JWKS URI; `undefined` when the file is not one, or a set has no usable key
 */
export function parseKeySetSnapshots(
  file: Uint8Array,
  maxAgeSeconds: number,
): ReadonlyMap<string, KeySetSnapshot> | undefined {
  const snapshot = parseJsonObject(file) ?? {};
  const takenAt = own(snapshot, "takenAt");
  const takenAtMs = typeof takenAt === "string" ? Date.parse(takenAt) : NaN;
  const sets = own(snapshot, "sets");
  if (!Number.isFinite(takenAtMs) || !isJsonObject(sets)) return undefined;

  const snapshots = new Map<string, KeySetSnapshot>();
  for (const [jwksUri, jwks] of Object.entries(sets)) {
    const keys = selectKeys(jwks);
    if (keys === undefined) return undefined;
    snapshots.set(jwksUri, { keys, takenAtMs, maxAgeSeconds });
  }
  return snapshots;
}
