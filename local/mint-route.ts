import { badRequest } from "./console/console-error.ts";
import { findText, getText, refuseOthers } from "./console/http/fields.ts";
import type { LocalIssuer } from "./issuer/issuer.ts";
import { isRecord, ownProperty, type JsonRecord } from "./json.ts";

/**
 * `POST /tokens` of the control server: an access token of an application, with claims laid over it and truly signed.
 * A claim of `null` is taken away. For programs that need what no token endpoint gives, such as a token that expired
 * an hour ago; whoever may ask could read the issuer's secrets anyway.
 */
export function createMintRoute(
  issuer: Pick<LocalIssuer, "mint" | "directory">,
): (body: JsonRecord) => Promise<{ readonly access_token: string }> {
  return async (body) => {
    refuseOthers(body, ["clientId", "organization", "claims"]);
    const clientId = getText(body, "clientId");
    const { applications } = issuer.directory;
    if (!applications.some((known) => known.clientId === clientId)) {
      throw badRequest("clientId is none of the issuer's applications");
    }
    const claims = ownProperty(body, "claims") ?? {};
    if (!isRecord(claims)) throw badRequest("claims is not an object");
    const organization = findText(body, "organization");
    return {
      access_token: await issuer.mint({
        clientId,
        claims: Object.fromEntries(
          Object.entries(claims).map(([name, value]) => [
            name,
            value ?? undefined,
          ]),
        ),
        ...(organization !== undefined && { organization }),
      }),
    };
  };
}
