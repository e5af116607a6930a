/**
 * What an Auth0 tenant knows: APIs, applications and users, in the words of Auth0's Management API.
 */
export interface Directory {
  readonly apis: readonly Api[];
  readonly applications: readonly Application[];
  readonly users: readonly User[];
}

/**
 * The form of an API's access tokens; the `_authz` ones carry `permissions`, which needs RBAC.
 * https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 */
export type TokenDialect =
  | "access_token"
  | "access_token_authz"
  | "rfc9068_profile"
  | "rfc9068_profile_authz";

export interface Api {
  /** The audience. */
  readonly identifier: string;
  readonly scopes: readonly string[];
  readonly tokenDialect: TokenDialect;
  readonly tokenLifetimeSeconds: number;
}

export interface Application {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
  /** Whether it is asked for its secret when a user signs in; never true of a single-page app. */
  readonly isConfidential: boolean;
  /** The client grant: scopes it may have for itself, on every API. */
  readonly scopes: readonly string[];
  /** Ids of the organizations it may act or sign users in for. */
  readonly organizations: readonly string[];
  /** Where a user may be sent back to after sign-in; compared as text. */
  readonly callbacks: readonly string[];
  /** Where a user may be sent after signing out; the first is where those go who name none. */
  readonly allowedLogoutUrls: readonly string[];
  /** Origins whose pages may call the token endpoint. */
  readonly webOrigins: readonly string[];
  /** Claims that an Action of this tenant would add. */
  readonly customClaims: Readonly<Record<string, unknown>>;
  /** Overrides the API's, so that one run can have both kinds of token. */
  readonly tokenDialect?: TokenDialect;
}

export interface User {
  /** `auth0|…` */
  readonly userId: string;
  readonly username: string;
  readonly password: string;
  readonly permissions: readonly string[];
  readonly organizations: readonly string[];
}

export function findApplication(
  { applications }: Directory,
  clientId: string | undefined,
): Application | undefined {
  return applications.find((candidate) => candidate.clientId === clientId);
}

/**
 * The users of the application's own connection. Auth0 enables connections for each application; here user and
 * application have one in common when they share an organization.
 */
export function findUsersOf(
  { users }: Directory,
  application: Application,
): readonly User[] {
  return users.filter(({ organizations }) =>
    organizations.some((id) => application.organizations.includes(id)),
  );
}
