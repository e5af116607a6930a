import type { Api, User } from "./directory.ts";

/** Every user may grant these. Here every API allows offline access, which in Auth0 is a setting of it. */
export const USER_SCOPES = ["openid", "profile", "email", "offline_access"];

/** What of the requested scopes a user's token gets; the rest is left out without a word, as in Auth0. */
export function grantUserScopes(
  requested: readonly string[],
  api: Api | undefined,
  user: User,
): readonly string[] {
  return requested.filter(
    (scope) => USER_SCOPES.includes(scope) || isGranted(scope, api, user),
  );
}

/** With RBAC a user has the scopes among their permissions; without, every scope of the API. */
function isGranted(scope: string, api: Api | undefined, user: User): boolean {
  if (api === undefined) return false;
  return api.tokenDialect.endsWith("_authz")
    ? user.permissions.includes(scope)
    : api.scopes.includes(scope);
}

export function parseScopes(scope: string | undefined): readonly string[] {
  return [...new Set((scope ?? "").split(" ").filter(Boolean))];
}
