import type { IncomingMessage } from "node:http";
import type { RouteHandler } from "oauth2-mock-server";
import { buildAccessToken, buildIdToken, type Grant } from "./access-token.ts";
import type { Directory } from "./directory.ts";
import { sendJson } from "../send-json.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { decideTokenRequest, type TokenParameters } from "./token-endpoint.ts";

/** `POST /oauth/token`: JSON or form, client credentials in the body or in a Basic header. */
export function createTokenRoute(
  issuer: () => string,
  directory: Directory,
  keys: SigningKeys,
): RouteHandler {
  return async (request, response) => {
    const parameters = {
      ...readBasicCredentials(request),
      ...(request.body as TokenParameters | undefined),
    };
    const decision = decideTokenRequest(parameters, directory);
    response.setHeader("Cache-Control", "no-store");
    if (decision.kind === "refused") {
      const { status, error, description } = decision;
      sendJson(response, status, { error, error_description: description });
      return;
    }
    const tokens =
      decision.kind === "opaque"
        ? { access_token: decision.token, expires_in: 86_400 }
        : await signTokens(decision, issuer(), keys);
    sendJson(response, 200, {
      ...tokens,
      ...(decision.scopes.length > 0 && { scope: decision.scopes.join(" ") }),
      token_type: "Bearer",
    });
  };
}

async function signTokens(
  grant: Grant,
  issuer: string,
  keys: SigningKeys,
): Promise<Record<string, unknown>> {
  const { user, scopes, api } = grant;
  return {
    access_token: await keys.sign(buildAccessToken(grant, issuer)),
    ...(user !== undefined &&
      scopes.includes("openid") && {
        id_token: await keys.sign(buildIdToken(grant, user, issuer)),
      }),
    expires_in: api.tokenLifetimeSeconds,
  };
}

/** `client_secret_basic`, RFC 6749 §2.3.1: both halves are form-encoded first. */
function readBasicCredentials(request: IncomingMessage): TokenParameters {
  const [scheme, credentials] = (request.headers.authorization ?? "").split(
    " ",
  );
  if (scheme?.toLowerCase() !== "basic" || credentials === undefined) {
    return {};
  }
  const [id = "", ...secret] = Buffer.from(credentials, "base64")
    .toString("utf8")
    .split(":");
  const decoded = new URLSearchParams(`id=${id}&secret=${secret.join(":")}`);
  return {
    client_id: decoded.get("id"),
    client_secret: decoded.get("secret"),
  };
}
