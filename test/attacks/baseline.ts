/** The valid request that every attack changes in one place, and the two tenants it happens between. */
import { methodArn } from "../support/events.ts";
import {
  type AccessTokenOverrides,
  CLIENT_ID,
  type Overrides,
  accessTokenClaims,
  signAccessToken,
  signToken,
  signingKey,
  withOverrides,
} from "../support/tokens.ts";

export const GLOBEX_CLIENT_ID = "GlObExSpaClientId00000000000000b";
export const GLOBEX_ISSUER = "https://globex.eu.auth0.com/";
/** For deployments in which an organization or a claim of the team's own names the tenant. */
export const ORG_ID = "org_AcMe000000000001";
export const NAMESPACED_CLAIM = "https://acme.com/tenant";

/** Claims without a part in any decision; the search for leaks looks for them, as for all others. */
export const CANARIES = {
  jti: "canary-jti-7d1c58e0a3f94b26",
  "https://acme.com/email": "canary.email.c81f09@people.example",
  auth_time: 1_799_912_345,
};

/** The baseline's claims, but for the overrides; `undefined` takes a claim away. */
export function claimsWith(claims: Overrides = {}): Record<string, unknown> {
  return accessTokenClaims({ ...CANARIES, ...claims });
}

/** The baseline's token, but for the overrides. */
export function accessToken({
  claims = {},
  ...rest
}: AccessTokenOverrides = {}): string {
  return signAccessToken({ ...rest, claims: { ...CANARIES, ...claims } });
}

/** The baseline's token with other claims. */
export const claiming = (claims: Overrides) => (): string =>
  accessToken({ claims });

/** The baseline's token with another header. */
export const heading = (header: Overrides) => (): string =>
  accessToken({ header });

export const HEADER = { alg: "RS256", typ: "JWT", kid: "key-1" };

/** The baseline's token with its payload written by hand, truly signed. */
export const payloadText = (payload: string | Uint8Array) => (): string =>
  signToken(HEADER, payload, signingKey());

/** The baseline's token with its header written by hand, truly signed. */
export const headerText = (header: string | Uint8Array) => (): string =>
  signToken(header, claimsWith(), signingKey());

/** The JSON of the baseline's claims. */
export const claimsJson = (claims: Overrides = {}): string =>
  JSON.stringify(claimsWith(claims));

let baselineToken: string | undefined;

/** Made once, and when it is needed. */
export function baselineEvent(
  overrides: Overrides = {},
): Record<string, unknown> {
  return withOverrides(
    {
      type: "TOKEN",
      authorizationToken: `Bearer ${(baselineToken ??= accessToken())}`,
      methodArn: methodArn(),
    },
    overrides,
  );
}

interface TableRow {
  readonly key: string;
  readonly item: Record<string, unknown>;
}

/** Acme's record under whatever claim names the tenant. */
export function acmeItem(tenantClaim: string, overrides: Overrides): TableRow {
  const key =
    tenantClaim === "azp"
      ? CLIENT_ID
      : tenantClaim === "org_id"
        ? ORG_ID
        : "acme-value";
  return {
    key,
    item: withOverrides(
      {
        [tenantClaim]: { S: key },
        tenantId: { S: "acme" },
        status: { S: "active" },
        routes: { SS: ["* /acme/*"] },
      },
      overrides,
    ),
  };
}

/** The neighbour whose routes must stay shut. */
export function globexItem(): TableRow {
  return {
    key: GLOBEX_CLIENT_ID,
    item: {
      azp: { S: GLOBEX_CLIENT_ID },
      tenantId: { S: "globex" },
      status: { S: "active" },
      routes: { SS: ["* /globex/*"] },
    },
  };
}
