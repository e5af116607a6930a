import type { Grant } from "./access-token.ts";
import {
  createAuthorizationCodes,
  type AuthorizationCodes,
} from "./authorization-codes.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import type { Directory } from "./directory.ts";
import { createExpiringStore, type ExpiringStore } from "./expiring-store.ts";
import { createRefreshTokens, type RefreshTokens } from "./refresh-tokens.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** What the issuer's routes share. All of it is in memory, bounded, and gone with the process. */
export interface IssuerContext {
  /** `iss`: known once the issuer listens. */
  readonly url: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly directory: Directory;
  readonly keys: SigningKeys;
  /** Requests whose users are at the sign-in page. */
  readonly transactions: ExpiringStore<AuthorizationRequest>;
  readonly sessions: Sessions;
  readonly codes: AuthorizationCodes;
  readonly refreshTokens: RefreshTokens;
  /** Access tokens without an API. */
  readonly opaqueTokens: ExpiringStore<Grant>;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export function createIssuerContext(
  parts: Pick<IssuerContext, "url" | "now" | "directory" | "keys">,
): IssuerContext {
  const { now } = parts;
  const refreshTokens = createRefreshTokens(now);
  return {
    ...parts,
    transactions: createExpiringStore({
      lifetimeMs: 10 * MINUTE_MS,
      maxEntries: 1000,
      now,
    }),
    sessions: createSessions(parts),
    codes: createAuthorizationCodes(refreshTokens, now),
    refreshTokens,
    opaqueTokens: createExpiringStore({
      lifetimeMs: DAY_MS,
      maxEntries: 1000,
      now,
    }),
  };
}
