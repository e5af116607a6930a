import type { IncomingMessage } from "node:http";
import { sendJson } from "../send-json.ts";
import { buildAccessToken, type Grant } from "./access-token.ts";
import { findApplication } from "./directory.ts";
import { buildIdToken } from "./id-token.ts";
import type { IssuerContext } from "./issuer-context.ts";
import { fromQuery, type RequestParameters } from "./parameters.ts";
import type { Answer } from "./route.ts";
import type { Granted } from "./token-decision.ts";
import { authenticate, decideTokenRequest } from "./token-endpoint.ts";

/** `POST /oauth/token`: JSON or form, client credentials in the body or in a Basic header. */
export function createTokenRoute(context: IssuerContext): Answer {
  return async ({ request, response, parameters }) => {
    const decision = decideTokenRequest(
      withBasicCredentials(parameters, request),
      context,
    );
    if (decision.kind === "refused") {
      const { status, error, description } = decision;
      sendJson(response, status, { error, error_description: description });
      return;
    }
    const { scopes } = decision.grant;
    sendJson(response, 200, {
      ...(await signTokens(decision, context)),
      ...(decision.refreshToken !== undefined && {
        refresh_token: decision.refreshToken,
      }),
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
      token_type: "Bearer",
    });
  };
}

/**
 * `POST /oauth/revoke`: ends the family of a refresh token (RFC 7009, except that access tokens live on).
 * https://auth0.com/docs/api/authentication/revoke-refresh-token/revoke-refresh-token
 */
export function createRevocationRoute(context: IssuerContext): Answer {
  const { directory, refreshTokens } = context;
  return ({ request, response, parameters: given }) => {
    const parameters = withBasicCredentials(given, request);
    const application = authenticate(
      findApplication(directory, parameters.find("client_id")),
      parameters.find("client_secret"),
      false,
    );
    if (application === undefined) {
      sendJson(response, 401, { error: "invalid_client" });
      return;
    }
    const token = parameters.find("token");
    if (token === undefined) {
      const description = "Missing required parameter: token";
      sendJson(response, 400, {
        error: "invalid_request",
        error_description: description,
      });
    } else if (refreshTokens.revoke(token, application.clientId)) {
      response.writeHead(200).end();
    } else {
      sendJson(response, 400, { error: "invalid_grant" });
    }
  };
}

async function signTokens(
  { grant, signIn }: Granted,
  context: IssuerContext,
): Promise<Record<string, unknown>> {
  const { keys, url, now } = context;
  const { user, scopes } = grant;
  return {
    ...(await makeAccessToken(grant, context)),
    ...(user !== undefined &&
      scopes.includes("openid") && {
        id_token: await keys.sign(
          buildIdToken(grant, user, signIn, url(), now()),
        ),
      }),
  };
}

async function makeAccessToken(
  grant: Grant,
  { keys, url, now, opaqueTokens }: IssuerContext,
): Promise<{ readonly access_token: string; readonly expires_in: number }> {
  const { api } = grant;
  return api === undefined
    ? { access_token: opaqueTokens.add(grant), expires_in: 86_400 }
    : {
        access_token: await keys.sign(
          buildAccessToken({ ...grant, api }, url(), now()),
        ),
        expires_in: api.tokenLifetimeSeconds,
      };
}

/** `client_secret_basic`, RFC 6749 §2.3.1: both halves are form-encoded first. What the body says goes before it. */
function withBasicCredentials(
  parameters: RequestParameters,
  request: IncomingMessage,
): RequestParameters {
  const [scheme, credentials] = (request.headers.authorization ?? "").split(
    " ",
  );
  if (scheme?.toLowerCase() !== "basic" || credentials === undefined) {
    return parameters;
  }
  const [id = "", ...secret] = Buffer.from(credentials, "base64")
    .toString("utf8")
    .split(":");
  const basic = fromQuery(`client_id=${id}&client_secret=${secret.join(":")}`);
  return {
    ...parameters,
    find: (name) => parameters.find(name) ?? basic.find(name),
  };
}
