import { parseScopes } from "../scopes.ts";
import { refuse } from "../token-decision.ts";
import {
  findApi,
  isRefused,
  judgeOrganization,
  type DecideGrant,
} from "./grant-request.ts";

/** https://auth0.com/docs/api/authentication/client-credential-flow/get-token */
export const decideClientCredentials: DecideGrant = (
  { parameters, application },
  { directory },
) => {
  const organization = parameters.find("organization");
  const stranger = judgeOrganization(organization, application);
  if (stranger !== undefined) return stranger;
  const api = findApi(parameters.find("audience"), directory);
  if (isRefused(api)) return api;

  const scope = parameters.find("scope");
  const scopes = scope === undefined ? application.scopes : parseScopes(scope);
  const excess = scopes.filter((name) => !application.scopes.includes(name));
  // Without an API there is none that it could have been granted.
  if (excess.length > 0 && api !== undefined) {
    const description = `Client has not been granted scopes: ${excess.join(" ")}`;
    return refuse(403, "access_denied", description);
  }
  return {
    kind: "granted",
    grant: {
      type: "client_credentials",
      application,
      api,
      user: undefined,
      scopes: api === undefined ? [] : scopes,
      organization,
    },
  };
};
