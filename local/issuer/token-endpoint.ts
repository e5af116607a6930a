import { randomBytes } from "node:crypto";
import type { Grant } from "./access-token.ts";
import type { Api, Application, Directory, User } from "./directory.ts";

export type TokenParameters = Readonly<Record<string, unknown>>;

/** A grant, or the answer that says why there is none. */
export type TokenDecision =
  | ({ readonly kind: "granted" } & Grant)
  | {
      readonly kind: "opaque";
      readonly token: string;
      readonly scopes: readonly string[];
    }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly error: string;
      readonly description: string;
    };

const OIDC_SCOPES = ["openid", "profile", "email"];

/**
 * Judges `POST /oauth/token` as Auth0 does, error texts included.
 * https://auth0.com/docs/api/authentication/client-credential-flow/get-token
 */
export function decideTokenRequest(
  parameters: TokenParameters,
  directory: Directory,
): TokenDecision {
  const read = (name: string): string | undefined => {
    const value = parameters[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const grantType = read("grant_type");
  if (grantType === undefined) {
    const description = "Missing required parameter: grant_type";
    return refuse(400, "invalid_request", description);
  }
  if (grantType !== "client_credentials" && grantType !== "password") {
    const description = `Unsupported grant type: ${grantType}`;
    return refuse(403, "unsupported_grant_type", description);
  }

  const isMachine = grantType === "client_credentials";
  const application = findApplication(directory, {
    clientId: read("client_id"),
    clientSecret: read("client_secret"),
    isSecretRequired: isMachine,
  });
  if (application === undefined) {
    return refuse(401, "access_denied", "Unauthorized");
  }
  const user = directory.users.find(
    ({ username, password }) =>
      username === read("username") && password === read("password"),
  );
  if (!isMachine && user === undefined) {
    return refuse(403, "invalid_grant", "Wrong email or password.");
  }
  const organization = read("organization");
  const members = isMachine ? application : user;
  if (
    organization !== undefined &&
    members?.organizations.includes(organization) !== true
  ) {
    const description = `not authorized for organization ${organization}`;
    return refuse(403, "access_denied", description);
  }

  const requested = read("scope")?.split(" ");
  const audience = read("audience");
  if (audience === undefined) {
    // Auth0 gives a token for /userinfo, which only Auth0 can read.
    const token = randomBytes(24).toString("base64url");
    return { kind: "opaque", token, scopes: requested ?? [] };
  }
  const api = directory.apis.find(({ identifier }) => identifier === audience);
  if (api === undefined) {
    const description = `Service not found: ${audience}`;
    return refuse(403, "access_denied", description);
  }
  if (isMachine || user === undefined) {
    return grantToMachine(application, api, organization, requested);
  }
  return {
    kind: "granted",
    application,
    api,
    user,
    scopes: (requested ?? []).filter(
      (scope) => OIDC_SCOPES.includes(scope) || isAllowed(scope, api, user),
    ),
    organization,
  };
}

function grantToMachine(
  application: Application,
  api: Api,
  organization: string | undefined,
  requested: readonly string[] | undefined,
): TokenDecision {
  const excess = (requested ?? []).filter(
    (scope) => !application.scopes.includes(scope),
  );
  if (excess.length > 0) {
    const description = `Client has not been granted scopes: ${excess.join(" ")}`;
    return refuse(403, "access_denied", description);
  }
  return {
    kind: "granted",
    application,
    api,
    user: undefined,
    scopes: requested ?? application.scopes,
    organization,
  };
}

function findApplication(
  directory: Directory,
  {
    clientId,
    clientSecret,
    isSecretRequired,
  }: {
    readonly clientId: string | undefined;
    readonly clientSecret: string | undefined;
    readonly isSecretRequired: boolean;
  },
): Application | undefined {
  const application = directory.applications.find(
    (candidate) => candidate.clientId === clientId,
  );
  const isPublicSignIn =
    !isSecretRequired &&
    application?.isConfidential === false &&
    clientSecret === undefined;
  return isPublicSignIn || application?.clientSecret === clientSecret
    ? application
    : undefined;
}

/** With RBAC a user has the scopes among their permissions; without, every scope of the API. */
function isAllowed(scope: string, api: Api, user: User): boolean {
  return api.tokenDialect.endsWith("_authz")
    ? user.permissions.includes(scope)
    : api.scopes.includes(scope);
}

function refuse(
  status: number,
  error: string,
  description: string,
): TokenDecision {
  return { kind: "refused", status, error, description };
}
