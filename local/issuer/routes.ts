import type { JWK } from "oauth2-mock-server";
import { sendJson } from "../send-json.ts";
import { createAuthorizeRoute, createSignInRoute } from "./authorize-routes.ts";
import { createDiscoveryRoute } from "./discovery.ts";
import type { IssuerContext } from "./issuer-context.ts";
import { createLogoutRoute, createOidcLogoutRoute } from "./logout-routes.ts";
import type { Route, Routes } from "./route.ts";
import { SIGN_IN_PATH } from "./sign-in-page.ts";
import { createRevocationRoute, createTokenRoute } from "./token-routes.ts";
import { createUserinfoRoute } from "./userinfo-route.ts";

export const TOKEN_PATH = "/oauth/token";

/** Auth0's paths. */
export function createRoutes(
  context: IssuerContext,
  fetchKeys: () => Promise<readonly JWK[]>,
): Routes {
  const userinfo = createUserinfoRoute(context);
  const oidcLogout = createOidcLogoutRoute(context);
  return new Map<string, Route>([
    [
      "GET /.well-known/openid-configuration",
      {
        answer: createDiscoveryRoute(context.url),
        callers: "own",
        isHttpsOnly: true,
        isCacheable: true,
      },
    ],
    [
      "GET /.well-known/jwks.json",
      {
        answer: async ({ response }) => {
          sendJson(response, 200, { keys: await fetchKeys() });
        },
        callers: "own",
        isHttpsOnly: true,
        isCacheable: true,
      },
    ],
    [
      "GET /authorize",
      { answer: createAuthorizeRoute(context), callers: "own" },
    ],
    [
      `POST ${SIGN_IN_PATH}`,
      { answer: createSignInRoute(context), callers: "own_form" },
    ],
    [
      `POST ${TOKEN_PATH}`,
      { answer: createTokenRoute(context), callers: "web_origins" },
    ],
    [
      "POST /oauth/revoke",
      { answer: createRevocationRoute(context), callers: "web_origins" },
    ],
    ["GET /userinfo", { answer: userinfo, callers: "web_origins" }],
    ["POST /userinfo", { answer: userinfo, callers: "web_origins" }],
    ["GET /v2/logout", { answer: createLogoutRoute(context), callers: "own" }],
    ["GET /oidc/logout", { answer: oidcLogout, callers: "own" }],
    ["POST /oidc/logout", { answer: oidcLogout, callers: "web_origins" }],
  ]);
}
