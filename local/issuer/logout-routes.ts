import type { IncomingMessage, ServerResponse } from "node:http";
import { createLocalJWKSet, errors, jwtVerify } from "jose";
import { findApplication, type Application } from "./directory.ts";
import { sendErrorPage } from "./error-page.ts";
import { html } from "./html.ts";
import type { IssuerContext } from "./issuer-context.ts";
import { sendPage } from "./page.ts";
import type { Answer } from "./route.ts";

/** `GET /v2/logout`: https://auth0.com/docs/api/authentication/logout/auth-0-logout */
export function createLogoutRoute(context: IssuerContext): Answer {
  return ({ request, response, parameters }) => {
    endSession(context, request, response, {
      application: findApplication(
        context.directory,
        parameters.find("client_id"),
      ),
      isNamed: parameters.find("client_id") !== undefined,
      returnTo: parameters.find("returnTo"),
      state: undefined,
    });
  };
}

/**
 * `/oidc/logout`: https://auth0.com/docs/api/authentication/logout/oidc-logout, OpenID Connect RP-Initiated Logout §2.
 * Nobody is asked whether they mean it.
 */
export function createOidcLogoutRoute(context: IssuerContext): Answer {
  return async ({ request, response, parameters }) => {
    const hint = parameters.find("id_token_hint");
    const hinted =
      hint === undefined ? undefined : await readHint(hint, context);
    const clientId = parameters.find("client_id") ?? hinted;
    endSession(context, request, response, {
      application:
        hint === undefined || hinted === clientId
          ? findApplication(context.directory, clientId)
          : undefined,
      isNamed: hint !== undefined || clientId !== undefined,
      returnTo: parameters.find("post_logout_redirect_uri"),
      state: parameters.find("state"),
    });
  };
}

interface Departure {
  readonly application: Application | undefined;
  /** Whether the request names one at all. */
  readonly isNamed: boolean;
  readonly returnTo: string | undefined;
  readonly state: string | undefined;
}

/** Whatever is wrong with the request, who wants to be signed out is; only the way back depends on it. */
function endSession(
  { sessions }: IssuerContext,
  request: IncomingMessage,
  response: ServerResponse,
  { application, isNamed, returnTo, state }: Departure,
): void {
  sessions.end(request, response);
  if (isNamed && application === undefined) {
    sendErrorPage(
      response,
      "Unknown application.",
      "You are signed out. The application that sent you here named itself by an id that is not known.",
    );
    return;
  }
  const allowed = application?.allowedLogoutUrls ?? [];
  const target = returnTo ?? allowed[0];
  if (target === undefined) {
    sendPage(response, {
      status: 200,
      title: "Signed out",
      main: html`<h1>You are signed out</h1>`,
    });
  } else if (allowed.includes(target)) {
    const location = new URL(target);
    if (state !== undefined) location.searchParams.set("state", state);
    response.writeHead(302, { Location: location.href }).end();
  } else {
    sendErrorPage(
      response,
      "The return address is not among the application’s allowed logout URLs.",
      "You are signed out. Add the address to the application, or name its application by client_id.",
    );
  }
}

/** The application of an ID token that we signed, expired or not (RP-Initiated Logout §4); `""` for any other text. */
async function readHint(
  hint: string,
  { keys, url }: IssuerContext,
): Promise<string> {
  const keySet = createLocalJWKSet({ keys: [...keys.published()] });
  try {
    const { payload } = await jwtVerify(hint, keySet, {
      algorithms: ["RS256"],
      issuer: url(),
      currentDate: new Date(0),
    });
    return typeof payload.aud === "string" ? payload.aud : "";
  } catch (error) {
    if (error instanceof errors.JOSEError) return "";
    throw error;
  }
}
