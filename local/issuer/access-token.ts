import { randomBytes } from "node:crypto";
import type { Api, Application, User } from "./directory.ts";
import type { UnsignedToken } from "./signing-keys.ts";

/** Who gets an access token, and for what. */
export interface Grant {
  readonly application: Application;
  readonly api: Api;
  /** `undefined` when the application acts for itself. */
  readonly user: User | undefined;
  readonly scopes: readonly string[];
  readonly organization: string | undefined;
}

/** The claims that Auth0 would put into this grant's access token, in its order. */
export function buildAccessToken(grant: Grant, issuer: string): UnsignedToken {
  const now = Math.floor(Date.now() / 1000);
  const { application, api, user, scopes, organization } = grant;
  const dialect = application.tokenDialect ?? api.tokenDialect;
  const isRfc9068 = dialect.startsWith("rfc9068_profile");
  const { clientId } = application;
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
      : {
          gty: user === undefined ? "client-credentials" : "password",
          azp: clientId,
        }),
    ...(dialect.endsWith("_authz") && {
      permissions: user?.permissions ?? scopes,
    }),
  };
  return { header: { typ: isRfc9068 ? "at+jwt" : "JWT" }, claims };
}

/** What the application learns of its user; an API must not accept it. */
export function buildIdToken(
  { application, organization }: Grant,
  user: User,
  issuer: string,
): UnsignedToken {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    name: user.username,
    iss: issuer,
    aud: application.clientId,
    sub: user.userId,
    iat: now,
    exp: now + 36_000,
    ...(organization !== undefined && { org_id: organization }),
  };
  return { header: { typ: "JWT" }, claims };
}
