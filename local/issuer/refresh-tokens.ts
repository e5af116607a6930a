/**
 * Rotating refresh tokens: each is good for one exchange, and one that comes a second time ends its whole family,
 * since of its two holders one is a thief.
 * https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation, RFC 9700 §4.14.2
 */
import type { Grant } from "./access-token.ts";
import { createExpiringStore } from "./expiring-store.ts";
import type { SignIn } from "./id-token.ts";

/** All that comes from one sign-in. */
export interface TokenFamily {
  readonly grant: Grant;
  readonly signIn: SignIn | undefined;
}

export interface RefreshTokens {
  readonly openFamily: (
    grant: Grant,
    signIn: SignIn | undefined,
  ) => TokenFamily;
  /** The family's next token; nothing when it has none, for lack of `offline_access`. */
  readonly issue: (family: TokenFamily) => string | undefined;
  /** Whose token it is, without using it; nothing when it is not this application's. */
  readonly find: (token: string, clientId: string) => TokenFamily | undefined;
  /** Uses a token up; nothing when this application cannot use it. */
  readonly redeem: (token: string, clientId: string) => TokenFamily | undefined;
  /** False when the token is another application's. */
  readonly revoke: (token: string, clientId: string) => boolean;
  readonly revokeFamily: (family: TokenFamily) => void;
}

const DAY_MS = 86_400_000;
/** Auth0's defaults for rotating tokens. */
const IDLE_LIFETIME_MS = 15 * DAY_MS;
const FAMILY_LIFETIME_MS = 30 * DAY_MS;

export function createRefreshTokens(now: () => number): RefreshTokens {
  const tokens = createExpiringStore<{
    readonly family: TokenFamily;
    isUsed: boolean;
  }>({ lifetimeMs: IDLE_LIFETIME_MS, maxEntries: 10_000, now });
  /** The families that live, with the time of their end. */
  const families = new WeakMap<TokenFamily, number>();
  const findEntry = (token: string, clientId: string) => {
    const entry = tokens.find(token);
    return entry?.family.grant.application.clientId === clientId
      ? entry
      : undefined;
  };
  const isAlive = (family: TokenFamily): boolean =>
    now() < (families.get(family) ?? 0);

  return {
    openFamily: (grant, signIn) => {
      const family = { grant, signIn };
      families.set(family, now() + FAMILY_LIFETIME_MS);
      return family;
    },
    issue: (family) =>
      family.grant.scopes.includes("offline_access")
        ? tokens.add({ family, isUsed: false })
        : undefined,
    find: (token, clientId) => findEntry(token, clientId)?.family,
    redeem: (token, clientId) => {
      const entry = findEntry(token, clientId);
      if (entry === undefined) return undefined;
      if (entry.isUsed) {
        families.delete(entry.family);
      }
      entry.isUsed = true;
      return isAlive(entry.family) ? entry.family : undefined;
    },
    revoke: (token, clientId) => {
      if (tokens.find(token) === undefined) return true;
      const entry = findEntry(token, clientId);
      if (entry === undefined) return false;
      families.delete(entry.family);
      return true;
    },
    revokeFamily: (family) => {
      families.delete(family);
    },
  };
}
