import { sendJson } from "../send-json.ts";
import type { Answer } from "./route.ts";
import { USER_SCOPES } from "./scopes.ts";
import { GRANT_TYPES } from "./token-endpoint.ts";

/** OpenID Connect Discovery §3: what is true of this issuer, and no more. */
export function createDiscoveryRoute(url: () => string): Answer {
  return ({ response }) => {
    const issuer = url();
    sendJson(response, 200, {
      issuer,
      authorization_endpoint: `${issuer}authorize`,
      token_endpoint: `${issuer}oauth/token`,
      userinfo_endpoint: `${issuer}userinfo`,
      jwks_uri: `${issuer}.well-known/jwks.json`,
      revocation_endpoint: `${issuer}oauth/revoke`,
      end_session_endpoint: `${issuer}oidc/logout`,
      scopes_supported: USER_SCOPES,
      response_types_supported: ["code"],
      response_modes_supported: ["query", "web_message"],
      grant_types_supported: GRANT_TYPES,
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: [
        "client_secret_basic",
        "client_secret_post",
        "none",
      ],
      claims_supported: [
        "aud",
        "auth_time",
        "email",
        "email_verified",
        "exp",
        "iat",
        "iss",
        "name",
        "nickname",
        "sub",
      ],
      code_challenge_methods_supported: ["S256"],
      prompt_values_supported: ["none", "login", "select_account", "consent"],
    });
  };
}
