import { randomUUID } from "node:crypto";
import type { LocalIssuer } from "../../issuer/issuer.ts";
import type { MintOptions } from "../../issuer/mint.ts";
import type { Spoil } from "../api.ts";
import type { KnownApplication } from "../tenants/applications.ts";
import { spoilClaims, spoilToken } from "./spoil-token.ts";

export interface MintRequest {
  readonly application: KnownApplication;
  /** @default the application acts for itself */
  readonly username?: string | undefined;
  readonly spoil?: Spoil | undefined;
  /** Laid over the claims. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export type MintToken = (request: MintRequest) => Promise<string | undefined>;

const UNKNOWN_KEY = "nobodyKnowsThisApplication000000";

/** @returns the token, or `undefined` where the spoil is to send none */
export function createMintToken(
  issuer: LocalIssuer,
  tenantClaim: string,
  /** Signs for keys that the issuer has no application for. */
  standIn: string,
): MintToken {
  return async ({ application, username, spoil, claims }) => {
    const key = spoil === "unknown_application" ? UNKNOWN_KEY : application.key;
    const clientId = application.application?.clientId ?? standIn;
    const options: MintOptions = {
      clientId,
      ...(username !== undefined && { username }),
      ...(tenantClaim === "org_id" && { organization: key }),
      claims: {
        ...(key !== application.key || application.application === undefined
          ? claimsOfKey(key, tenantClaim)
          : {}),
        ...spoilClaims(spoil, clientId, Math.floor(Date.now() / 1000)),
        // Two tokens minted within a second differ all the same, and so does what the gateway keeps for them.
        jti: randomUUID(),
        ...claims,
      },
    };
    return spoilToken(spoil, await issuer.mint(options));
  };
}

/** A token of an application that exists in the table alone, or nowhere. */
function claimsOfKey(
  key: string,
  tenantClaim: string,
): Readonly<Record<string, unknown>> {
  return tenantClaim === "azp"
    ? { azp: key, sub: `${key}@clients` }
    : { [tenantClaim]: key };
}
