import { grantUserScopes, parseScopes } from "../scopes.ts";
import { refuse } from "../token-decision.ts";
import {
  findApi,
  isRefused,
  judgeOrganization,
  type DecideGrant,
} from "./grant-request.ts";

/** https://auth0.com/docs/api/authentication/resource-owner-password-flow/get-token */
export const decidePassword: DecideGrant = (
  { parameters, application },
  { directory, refreshTokens },
) => {
  const user = directory.users.find(
    ({ username, password }) =>
      username === parameters.find("username") &&
      password === parameters.find("password"),
  );
  if (user === undefined) {
    return refuse(403, "invalid_grant", "Wrong email or password.");
  }
  const organization = parameters.find("organization");
  const stranger = judgeOrganization(organization, user);
  if (stranger !== undefined) return stranger;
  const api = findApi(parameters.find("audience"), directory);
  if (isRefused(api)) return api;

  const requested = parseScopes(parameters.find("scope"));
  const grant = {
    type: "password",
    application,
    api,
    user,
    scopes: grantUserScopes(requested, api, user),
    organization,
  } as const;
  const family = refreshTokens.openFamily(grant, undefined);
  return {
    kind: "granted",
    grant,
    refreshToken: refreshTokens.issue(family),
  };
};
