import { parseScopes } from "../scopes.ts";
import { missing, refuse } from "../token-decision.ts";
import type { DecideGrant } from "./grant-request.ts";

/**
 * https://auth0.com/docs/api/authentication/refresh-token/refresh-token
 *
 * The new token is for the API of the old one, whatever audience is asked for: several are another feature of Auth0's
 * (multi-resource refresh tokens).
 */
export const decideRefreshToken: DecideGrant = (
  { parameters, application },
  { refreshTokens },
) => {
  const token = parameters.find("refresh_token");
  if (token === undefined) return missing("refresh_token");
  const granted = refreshTokens.find(token, application.clientId)?.grant.scopes;
  const scope = parameters.find("scope");
  const scopes = scope === undefined ? granted : parseScopes(scope);
  // RFC 6749 §6: the same or fewer. Asked before the token is used, which a slip of the application's need not cost.
  if (granted && !scopes?.every((name) => granted.includes(name))) {
    const description = "a scope was not granted with this refresh token";
    return refuse(400, "invalid_scope", description);
  }
  const family = refreshTokens.redeem(token, application.clientId);
  if (family === undefined || scopes === undefined) {
    const description = "Unknown or invalid refresh token.";
    return refuse(403, "invalid_grant", description);
  }
  return {
    kind: "granted",
    grant: { ...family.grant, type: "refresh_token", scopes },
    // OpenID Connect Core §12.2: no nonce.
    signIn: family.signIn && { ...family.signIn, nonce: undefined },
    refreshToken: refreshTokens.issue(family),
  };
};
