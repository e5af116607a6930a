import type { ServerResponse } from "node:http";
import { createLocalJWKSet, errors, jwtVerify } from "jose";
import { sendJson } from "../send-json.ts";
import type { User } from "./directory.ts";
import { buildProfile } from "./id-token.ts";
import type { IssuerContext } from "./issuer-context.ts";
import type { Answer } from "./route.ts";
import { parseScopes } from "./scopes.ts";

/**
 * `/userinfo`: what the bearer's scopes open of the user, OpenID Connect Core §5.3.
 * https://auth0.com/docs/api/authentication/user-profile/get-user-info
 */
export function createUserinfoRoute(context: IssuerContext): Answer {
  return async ({ request, response }) => {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      // RFC 6750 §3.1: who sent no token is told no error.
      refuse(response, 401, undefined);
      return;
    }
    const [, token = ""] = /^Bearer ([^\s]+)$/i.exec(authorization) ?? [];
    const bearer =
      findOpaque(token, context) ?? (await findSigned(token, context));
    if (bearer === undefined) {
      refuse(response, 401, "invalid_token");
    } else if (!bearer.scopes.includes("openid")) {
      refuse(response, 403, "insufficient_scope");
    } else {
      sendJson(response, 200, buildProfile(bearer.user, bearer.scopes));
    }
  };
}

interface Bearer {
  readonly user: User;
  readonly scopes: readonly string[];
}

function findOpaque(
  token: string,
  { opaqueTokens }: IssuerContext,
): Bearer | undefined {
  const grant = opaqueTokens.find(token);
  return grant?.user && { user: grant.user, scopes: grant.scopes };
}

/** A token of ours for an API is good here too when `/userinfo` is in its audience. */
async function findSigned(
  token: string,
  { url, now, keys, directory }: IssuerContext,
): Promise<Bearer | undefined> {
  const keySet = createLocalJWKSet({ keys: [...keys.published()] });
  try {
    const { payload } = await jwtVerify(token, keySet, {
      algorithms: ["RS256"],
      issuer: url(),
      audience: `${url()}userinfo`,
      requiredClaims: ["exp"],
      currentDate: new Date(now()),
    });
    const { sub, scope } = payload;
    const user = directory.users.find(({ userId }) => userId === sub);
    return (
      user && {
        user,
        scopes: parseScopes(typeof scope === "string" ? scope : undefined),
      }
    );
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function refuse(
  response: ServerResponse,
  status: number,
  error: string | undefined,
): void {
  const challenge = error === undefined ? "Bearer" : `Bearer error="${error}"`;
  response.setHeader("WWW-Authenticate", challenge);
  sendJson(response, status, { error: error ?? "Unauthorized" });
}
