import { findApplication, type Application } from "./directory.ts";
import { decideAuthorizationCode } from "./grants/authorization-code.ts";
import { decideClientCredentials } from "./grants/client-credentials.ts";
import type { DecideGrant, GrantContext } from "./grants/grant-request.ts";
import { decidePassword } from "./grants/password.ts";
import { decideRefreshToken } from "./grants/refresh-token.ts";
import type { RequestParameters } from "./parameters.ts";
import { missing, refuse, type TokenDecision } from "./token-decision.ts";

const GRANTS: ReadonlyMap<string, DecideGrant> = new Map([
  ["authorization_code", decideAuthorizationCode],
  ["client_credentials", decideClientCredentials],
  ["password", decidePassword],
  ["refresh_token", decideRefreshToken],
]);

export const GRANT_TYPES: readonly string[] = [...GRANTS.keys()];

/** Judges `POST /oauth/token` as Auth0 does, error texts included where they are known. */
export function decideTokenRequest(
  parameters: RequestParameters,
  context: GrantContext,
): TokenDecision {
  const [repeated] = parameters.repeated;
  if (repeated !== undefined) {
    return refuse(400, "invalid_request", `${repeated} is given twice`);
  }
  const grantType = parameters.find("grant_type");
  if (grantType === undefined) return missing("grant_type");
  const decide = GRANTS.get(grantType);
  if (decide === undefined) {
    const description = `Unsupported grant type: ${grantType}`;
    return refuse(403, "unsupported_grant_type", description);
  }
  const application = authenticate(
    findApplication(context.directory, parameters.find("client_id")),
    parameters.find("client_secret"),
    grantType === "client_credentials",
  );
  return application === undefined
    ? refuse(401, "access_denied", "Unauthorized")
    : decide({ parameters, application }, context);
}

/** The application, when it has shown that it is the one. A public one has no secret to show, but for itself. */
export function authenticate(
  application: Application | undefined,
  clientSecret: string | undefined,
  actsForItself: boolean,
): Application | undefined {
  const isPublic = application?.isConfidential === false;
  const mayKeepSilent =
    isPublic && !actsForItself && clientSecret === undefined;
  return mayKeepSilent || application?.clientSecret === clientSecret
    ? application
    : undefined;
}
