import { buildAccessToken, type Grant } from "./access-token.ts";
import {
  findApplication,
  type Api,
  type Directory,
  type TokenDialect,
} from "./directory.ts";
import type { IssuerContext } from "./issuer-context.ts";

/** What a test may ask of a token beyond what an application could. */
export interface MintOptions {
  readonly clientId: string;
  /** A user of the directory, as the password grant would let in. @default the application acts for itself */
  readonly username?: string;
  /** @default the first API of the directory */
  readonly audience?: string;
  readonly scopes?: readonly string[];
  readonly organization?: string;
  readonly tokenDialect?: TokenDialect;
  /** Laid over the claims; `undefined` removes one. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Laid over the header; `alg` and `kid` are always the key's. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** The key to sign with, also a revoked one. @default the current one */
  readonly kid?: string;
}

/** Signs an access token without asking whether Auth0 would have given it. */
export function mintAccessToken(
  options: MintOptions,
  { url, now, directory, keys }: IssuerContext,
): Promise<string> {
  const grant = findGrant(options, directory);
  const { header, claims } = buildAccessToken(grant, url(), now());
  return keys.sign(
    {
      header: { ...header, ...options.header },
      claims: { ...claims, ...options.claims },
    },
    options.kid,
  );
}

function findGrant(
  options: MintOptions,
  directory: Directory,
): Grant & { readonly api: Api } {
  const { clientId, username, audience, tokenDialect } = options;
  const application = findApplication(directory, clientId);
  const user = directory.users.find(
    (candidate) => candidate.username === username,
  );
  const api = directory.apis.find(
    ({ identifier }) => audience === undefined || identifier === audience,
  );
  if (
    application === undefined ||
    api === undefined ||
    (username !== undefined && user === undefined)
  ) {
    throw new Error("no such application, user or API in the directory");
  }
  return {
    type: user === undefined ? "client_credentials" : "password",
    application:
      tokenDialect === undefined
        ? application
        : { ...application, tokenDialect },
    api,
    user,
    scopes: options.scopes ?? (user === undefined ? application.scopes : []),
    organization: options.organization,
  };
}
