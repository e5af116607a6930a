import { randomBytes } from "node:crypto";
import type { Api, Application, User } from "./directory.ts";
import type { UnsignedToken } from "./signing-keys.ts";

export type GrantType =
  "authorization_code" | "client_credentials" | "password" | "refresh_token";

/** Who gets an access token, and for what. */
export interface Grant {
  readonly type: GrantType;
  readonly application: Application;
  /** `undefined` when no audience was asked for: the token is for `/userinfo` alone, and opaque. */
  readonly api: Api | undefined;
  /** `undefined` when the application acts for itself. */
  readonly user: User | undefined;
  readonly scopes: readonly string[];
  readonly organization: string | undefined;
}

/**
 * Auth0's own names of grants. A token from a code has no `gty`; `refresh_token` is what decoded tokens show that
 * people have published, not what Auth0 documents.
 */
const GTY: Readonly<Record<GrantType, string | undefined>> = {
  authorization_code: undefined,
  client_credentials: "client-credentials",
  password: "password",
  refresh_token: "refresh_token",
};

/** The claims that Auth0 would put into this grant's access token, in its order. */
export function buildAccessToken(
  grant: Grant & { readonly api: Api },
  issuer: string,
  nowMs: number,
): UnsignedToken {
  const now = Math.floor(nowMs / 1000);
  const { application, api, user, scopes, organization } = grant;
  const dialect = application.tokenDialect ?? api.tokenDialect;
  const isRfc9068 = dialect.startsWith("rfc9068_profile");
  const { clientId } = application;
  const gty = GTY[grant.type];
  const claims = {
    ...application.customClaims,
    iss: issuer,
    sub: user?.userId ?? `${clientId}@clients`,
    aud: scopes.includes("openid")
      ? [api.identifier, `${issuer}userinfo`]
      : api.identifier,
    iat: now,
    exp: now + api.tokenLifetimeSeconds,
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(organization !== undefined && { org_id: organization }),
    // The RFC 9068 profile has neither azp nor Auth0's own gty.
    ...(isRfc9068
      ? { jti: randomBytes(16).toString("base64url"), client_id: clientId }
      : { ...(gty !== undefined && { gty }), azp: clientId }),
    ...(dialect.endsWith("_authz") && {
      permissions: user?.permissions ?? scopes,
    }),
  };
  return { header: { typ: isRfc9068 ? "at+jwt" : "JWT" }, claims };
}
