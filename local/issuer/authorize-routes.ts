import type { ServerResponse } from "node:http";
import {
  decideAuthorization,
  findEligibleUsers,
  type AuthorizationRequest,
} from "./authorization-request.ts";
import { sendAuthorizationResponse } from "./authorization-response.ts";
import { sendErrorPage } from "./error-page.ts";
import type { IssuerContext } from "./issuer-context.ts";
import { sendPage } from "./page.ts";
import type { Answer } from "./route.ts";
import { grantUserScopes } from "./scopes.ts";
import type { Session } from "./sessions.ts";
import { buildSignInPage } from "./sign-in-page.ts";

/** `GET /authorize`: with a session of one of its users the application has its answer, else the user is asked. */
export function createAuthorizeRoute(context: IssuerContext): Answer {
  const { directory, sessions, transactions, now } = context;
  return ({ request, response, parameters }) => {
    const decision = decideAuthorization(parameters, directory);
    if (decision.kind === "unanswerable") {
      sendErrorPage(response, decision.description, decision.advice);
      return;
    }
    if (decision.kind === "refused") {
      const { reply, error, description } = decision;
      sendAuthorizationResponse(response, reply, {
        error,
        error_description: description,
      });
      return;
    }
    const authorization = decision.request;
    const session = sessions.find(request);
    const users = findEligibleUsers(authorization, directory);
    const isSignedIn =
      session !== undefined &&
      users.includes(session.user) &&
      isFresh(session, authorization, now());
    if (isSignedIn && authorization.prompt !== "login") {
      sendCode(context, response, authorization, session);
    } else if (authorization.prompt === "none") {
      sendAuthorizationResponse(response, authorization.reply, {
        error: "login_required",
        error_description: "Login required",
      });
    } else {
      const transaction = transactions.add(authorization);
      sendPage(
        response,
        buildSignInPage({
          request: authorization,
          transaction,
          users,
          session,
        }),
      );
    }
  };
}

/** `POST /u/login`: the form of the sign-in page, good for one time. */
export function createSignInRoute(context: IssuerContext): Answer {
  const { directory, sessions, transactions } = context;
  return ({ request, response, parameters }) => {
    const authorization = transactions.take(parameters.find("state") ?? "");
    if (authorization === undefined) {
      const advice = "Go back to the application and sign in from there.";
      sendErrorPage(response, "This sign-in is over.", advice);
      return;
    }
    const user = findEligibleUsers(authorization, directory).find(
      ({ userId }) => userId === parameters.find("user"),
    );
    if (user === undefined) {
      const advice = "Go back to the application and choose another.";
      sendErrorPage(response, "No such user of this application.", advice);
      return;
    }
    const session = sessions.begin(request, response, user);
    sendCode(context, response, authorization, session);
  };
}

function sendCode(
  { codes, refreshTokens }: IssuerContext,
  response: ServerResponse,
  authorization: AuthorizationRequest,
  { sid, user, authenticatedAtMs }: Session,
): void {
  const { application, api, organization, scopes, reply } = authorization;
  const { codeChallenge, nonce, maxAgeSeconds } = authorization;
  const family = refreshTokens.openFamily(
    {
      type: "authorization_code",
      application,
      api,
      user,
      scopes: grantUserScopes(scopes, api, user),
      organization,
    },
    {
      sid,
      nonce,
      authTimeSeconds:
        maxAgeSeconds === undefined
          ? undefined
          : Math.floor(authenticatedAtMs / 1000),
    },
  );
  const { redirectUri } = reply;
  const code = codes.issue({ family, redirectUri, codeChallenge });
  sendAuthorizationResponse(response, reply, { code });
}

/** OpenID Connect Core §3.1.2.1, `max_age`. */
function isFresh(
  { authenticatedAtMs }: Session,
  { maxAgeSeconds }: AuthorizationRequest,
  nowMs: number,
): boolean {
  return (
    maxAgeSeconds === undefined ||
    nowMs - authenticatedAtMs <= maxAgeSeconds * 1000
  );
}
