import { createExpiringStore } from "./expiring-store.ts";
import type { RefreshTokens, TokenFamily } from "./refresh-tokens.ts";

/** What a code stands for. */
export interface CodeGrant {
  readonly family: TokenFamily;
  readonly redirectUri: string;
  /** S256, the only method there is; absent for an application that proves itself by its secret. */
  readonly codeChallenge: string | undefined;
}

export interface AuthorizationCodes {
  readonly issue: (grant: CodeGrant) => string;
  /**
   * Uses a code up, whatever becomes of the request. A second time there is nothing, and what the first one gave
   * ends with it (RFC 6749 §4.1.2).
   */
  readonly redeem: (code: string, clientId: string) => CodeGrant | undefined;
}

const LIFETIME_MS = 60_000;

export function createAuthorizationCodes(
  { revokeFamily }: Pick<RefreshTokens, "revokeFamily">,
  now: () => number,
): AuthorizationCodes {
  const codes = createExpiringStore<{
    readonly grant: CodeGrant;
    isUsed: boolean;
  }>({ lifetimeMs: LIFETIME_MS, maxEntries: 1000, now });
  return {
    issue: (grant) => codes.add({ grant, isUsed: false }),
    redeem: (code, clientId) => {
      const entry = codes.find(code);
      if (entry === undefined) return undefined;
      const { grant } = entry;
      if (entry.isUsed) {
        revokeFamily(grant.family);
        return undefined;
      }
      entry.isUsed = true;
      const { application } = grant.family.grant;
      return application.clientId === clientId ? grant : undefined;
    },
  };
}
