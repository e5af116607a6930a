/**
 * The issuers' key sets, cached: refreshed at a maximum age, served a while longer when the issuer is
 * unreachable, fetched at most once per cool-down. All ages come from clock stamps, because timers freeze with
 * the function.
 */
import type { Recheck } from "../../core/authorize.ts";
import { CouldNotTellError } from "../../core/could-not-tell.ts";
import type { FetchJwks } from "./jwks-fetcher.ts";
import { type KeySet, type VerificationKey, parseKeySet } from "./key-set.ts";

export interface KeySetsOptions {
  /** A set this old is fetched anew before it is used: a key that left it stops working. */
  readonly maxAgeSeconds: number;
  /** While the issuer is unreachable, a set may serve until it is this old. */
  readonly staleSeconds: number;
  /** Pause after a fetch that did not bring the key asked for. */
  readonly unknownKidCooldownSeconds: number;
  /** Pause after a fetch that failed. */
  readonly failureCooldownSeconds: number;
}

export const KEY_SET_COOLDOWNS = {
  unknownKidCooldownSeconds: 10,
  failureCooldownSeconds: 5,
} as const;

export interface KeySetsDependencies {
  readonly fetchJwks: FetchJwks;
  /** Milliseconds since the epoch, never backwards. */
  readonly now: () => number;
  /** A set from deploy time, used only while no fetch has succeeded. */
  readonly findSnapshot?: (jwksUri: string) => KeySetSnapshot | undefined;
  /** A fetch brought no set, whatever it was for. */
  readonly onFetchFault?: () => void;
}

export interface KeySetSnapshot {
  readonly keys: KeySet;
  readonly takenAtMs: number;
  readonly maxAgeSeconds: number;
}

export interface FoundKey {
  readonly key: VerificationKey;
  readonly keySetAgeSeconds: number;
  /** While this very key stands in a set that needs no fetch. */
  readonly recheck: Recheck;
}

export interface KeySets {
  /**
   * The key with this `kid`; `undefined` when the issuer, asked recently enough, does not publish it.
   *
   * @throws CouldNotTellError `keys_unavailable` when no set may be used, or the key might be in one that cannot be fetched
   */
  readonly findKey: (
    jwksUri: string,
    kid: string,
  ) => Promise<FoundKey | undefined>;
  /** Fetches a first set; resolves also when that fails. */
  readonly prewarm: (jwksUri: string) => Promise<void>;
}

interface IssuerState {
  set?: { readonly keys: KeySet; readonly fetchedAtMs: number };
  attempt?: { readonly atMs: number; readonly failed: boolean };
  flight?: Promise<void> | undefined;
}

export function createKeySets(
  options: KeySetsOptions,
  { fetchJwks, now, findSnapshot, onFetchFault }: KeySetsDependencies,
): KeySets {
  /** One entry per configured issuer: only their URIs are ever asked for. */
  const states = new Map<string, IssuerState>();

  function stateOf(jwksUri: string): IssuerState {
    const known = states.get(jwksUri);
    if (known !== undefined) return known;
    const state: IssuerState = {};
    states.set(jwksUri, state);
    return state;
  }

  const ageSeconds = (sinceMs: number): number => (now() - sinceMs) / 1_000;

  /** What is still in a fresh set, and how old that is. */
  function recheck(
    { set }: IssuerState,
    key: VerificationKey,
  ): number | undefined {
    if (set?.keys.get(key.kid) !== key) return undefined;
    const age = ageSeconds(set.fetchedAtMs);
    return age < options.maxAgeSeconds ? age : undefined;
  }

  async function fetchInto(state: IssuerState, jwksUri: string): Promise<void> {
    const atMs = now();
    try {
      const keys = parseKeySet(await fetchJwks(jwksUri));
      if (keys !== undefined) state.set = { keys, fetchedAtMs: atMs };
      state.attempt = { atMs: now(), failed: keys === undefined };
    } catch {
      // Whatever went wrong, there is no new set; the caller decides what the last one is still good for.
      state.attempt = { atMs: now(), failed: true };
    }
    if (state.attempt.failed) onFetchFault?.();
  }

  const isFresh = ({ set }: IssuerState): boolean =>
    set !== undefined && ageSeconds(set.fetchedAtMs) < options.maxAgeSeconds;

  /** Fetches unless the last attempt is too recent; callers at the same time share one flight. */
  async function refresh(state: IssuerState, jwksUri: string): Promise<void> {
    const { attempt } = state;
    if (attempt !== undefined) {
      const cooldown = attempt.failed
        ? options.failureCooldownSeconds
        : // A set that has come of age is no matter of a kid: a short maximum age holds nevertheless.
          isFresh(state)
          ? options.unknownKidCooldownSeconds
          : 0;
      if (ageSeconds(attempt.atMs) < cooldown) return;
    }
    state.flight ??= fetchInto(state, jwksUri).finally(() => {
      state.flight = undefined;
    });
    await state.flight;
  }

  /** The set that may be used now, and for how long it has been one. */
  function usableSet(
    state: IssuerState,
    jwksUri: string,
  ): { readonly keys: KeySet; readonly age: number } | undefined {
    if (state.set !== undefined) {
      const age = ageSeconds(state.set.fetchedAtMs);
      const limit = Math.max(options.maxAgeSeconds, options.staleSeconds);
      return age < limit ? { keys: state.set.keys, age } : undefined;
    }
    const snapshot = findSnapshot?.(jwksUri);
    if (snapshot === undefined) return undefined;
    const age = ageSeconds(snapshot.takenAtMs);
    return age >= 0 && age < snapshot.maxAgeSeconds
      ? { keys: snapshot.keys, age }
      : undefined;
  }

  return {
    async findKey(jwksUri, kid) {
      const state = stateOf(jwksUri);
      if (!isFresh(state) || state.set?.keys.has(kid) !== true) {
        await refresh(state, jwksUri);
      }

      const usable = usableSet(state, jwksUri);
      if (usable !== undefined) {
        const key = usable.keys.get(kid);
        if (key !== undefined) {
          return {
            key,
            keySetAgeSeconds: usable.age,
            recheck: () => recheck(state, key),
          };
        }
      }
      // Absent from a set that is known to be current: unknown. From an older one: it may be new.
      if (isFresh(state) && state.attempt?.failed !== true) return undefined;
      throw new CouldNotTellError("keys_unavailable");
    },

    async prewarm(jwksUri) {
      await refresh(stateOf(jwksUri), jwksUri);
    },
  };
}
