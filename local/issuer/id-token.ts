import type { Grant } from "./access-token.ts";
import type { User } from "./directory.ts";
import type { UnsignedToken } from "./signing-keys.ts";

/** What an ID token says of the sign-in that it comes from. */
export interface SignIn {
  /** The session's public name. What the cookie holds is another. */
  readonly sid: string;
  /** As the application sent it; not repeated in what a refresh token gives. */
  readonly nonce?: string | undefined;
  /** Only for an application that asked with `max_age`, OpenID Connect Core §2. */
  readonly authTimeSeconds?: number | undefined;
}

/** Auth0's default. */
const LIFETIME_SECONDS = 36_000;

/** What the application learns of its user; an API must not accept it. */
export function buildIdToken(
  { application, organization, scopes }: Grant,
  user: User,
  signIn: SignIn | undefined,
  issuer: string,
  nowMs: number,
): UnsignedToken {
  const now = Math.floor(nowMs / 1000);
  const claims = {
    ...buildProfile(user, scopes),
    iss: issuer,
    aud: application.clientId,
    iat: now,
    exp: now + LIFETIME_SECONDS,
    ...(signIn && {
      sid: signIn.sid,
      ...(signIn.nonce !== undefined && { nonce: signIn.nonce }),
      ...(signIn.authTimeSeconds !== undefined && {
        auth_time: signIn.authTimeSeconds,
      }),
    }),
    ...(organization !== undefined && { org_id: organization }),
  };
  return { header: { typ: "JWT" }, claims };
}

/**
 * The claims about a user that the scopes open, in ID tokens as at `/userinfo`.
 * https://auth0.com/docs/get-started/apis/scopes/openid-connect-scopes
 */
export function buildProfile(
  { userId, username }: User,
  scopes: readonly string[],
): Readonly<Record<string, unknown>> {
  const [nickname] = username.split("@");
  return {
    sub: userId,
    ...(scopes.includes("profile") && { nickname, name: username }),
    ...(scopes.includes("email") && { email: username, email_verified: true }),
  };
}
