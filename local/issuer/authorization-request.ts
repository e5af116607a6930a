/**
 * What an application asks for at `GET /authorize`, and whether it may.
 * https://auth0.com/docs/api/authentication/authorization-code-flow-with-pkce/authorize-with-pkce, RFC 6749 §4.1.1,
 * RFC 7636 §4.3, OpenID Connect Core §3.1.2.1
 */
import {
  findApplication,
  findUsersOf,
  type Api,
  type Application,
  type Directory,
  type User,
} from "./directory.ts";
import { RULES } from "./authorization-rules.ts";
import type { RequestParameters } from "./parameters.ts";
import { parseScopes } from "./scopes.ts";

export interface AuthorizationRequest {
  readonly application: Application;
  readonly reply: ReplyAddress;
  readonly api: Api | undefined;
  readonly scopes: readonly string[];
  readonly organization: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
  readonly loginHint: string | undefined;
  /** `none`: no page may be shown; `login`: one must be. */
  readonly prompt: "none" | "login" | undefined;
  readonly maxAgeSeconds: number | undefined;
}

/** Where the answer goes, and how. */
export interface ReplyAddress {
  readonly redirectUri: string;
  /** `web_message`: a page that hands the answer to the window that opened or holds it. */
  readonly mode: "query" | "web_message";
  readonly state: string | undefined;
}

export type AuthorizationDecision =
  | { readonly kind: "accepted"; readonly request: AuthorizationRequest }
  | {
      readonly kind: "refused";
      readonly reply: ReplyAddress;
      readonly error: string;
      readonly description: string;
    }
  /** Told to the user alone: to redirect would be to send somebody to an address that nobody has vouched for. */
  | {
      readonly kind: "unanswerable";
      readonly description: string;
      readonly advice: string;
    };

export function decideAuthorization(
  parameters: RequestParameters,
  directory: Directory,
): AuthorizationDecision {
  const application = findApplication(directory, parameters.find("client_id"));
  if (application === undefined) {
    return {
      kind: "unanswerable",
      description: "Unknown client_id.",
      advice: "The application has to name itself by the id it has here.",
    };
  }
  const redirectUri = parameters.find("redirect_uri");
  if (
    redirectUri === undefined ||
    !application.callbacks.includes(redirectUri)
  ) {
    const description =
      "Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.";
    const { name, callbacks } = application;
    const advice = `${name} may be sent back to: ${callbacks.join(", ") || "nowhere"}.`;
    return { kind: "unanswerable", description, advice };
  }
  const reply: ReplyAddress = {
    redirectUri,
    mode:
      parameters.find("response_mode") === "web_message"
        ? "web_message"
        : "query",
    state: parameters.find("state"),
  };
  const broken = RULES.find(({ isBroken }) =>
    isBroken(parameters, application, directory),
  );
  if (broken !== undefined) {
    const { error, description } = broken;
    return { kind: "refused", reply, error, description };
  }
  const prompts = parseScopes(parameters.find("prompt"));
  const maxAge = parameters.find("max_age");
  return {
    kind: "accepted",
    request: {
      application,
      reply,
      api: directory.apis.find(
        ({ identifier }) => identifier === parameters.find("audience"),
      ),
      scopes: parseScopes(parameters.find("scope")),
      organization: parameters.find("organization"),
      codeChallenge: parameters.find("code_challenge"),
      nonce: parameters.find("nonce"),
      loginHint: parameters.find("login_hint"),
      prompt: prompts.includes("none")
        ? "none"
        : prompts.length > 0
          ? "login"
          : undefined,
      maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
    },
  };
}

/** Those who may answer the request: the application's users, in the organization when one is asked for. */
export function findEligibleUsers(
  { application, organization }: AuthorizationRequest,
  directory: Directory,
): readonly User[] {
  return findUsersOf(directory, application).filter(
    ({ organizations }) =>
      organization === undefined || organizations.includes(organization),
  );
}
