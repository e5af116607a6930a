/** The sign-in: one auth0-spa-js client for the application of the tenant that was chosen. */
import { createAuth0Client, type Auth0Client } from "@auth0/auth0-spa-js";
import type { Application, Settings } from "./settings.ts";

export interface Session {
  readonly application: Application;
  /** Who is signed in; `undefined` for nobody. */
  readonly userName: string | undefined;
  /** Leaves the page for Auth0's sign-in. */
  readonly signIn: () => Promise<void>;
  /** Leaves the page for Auth0's log-out. */
  readonly signOut: () => Promise<void>;
  /** A token that is good for a while: from memory, or renewed. */
  readonly getToken: (options?: {
    /** Whatever is in memory. */
    readonly isFresh: boolean;
  }) => Promise<AccessToken>;
}

export interface AccessToken {
  readonly text: string;
  readonly lifetimeSeconds: number;
}

/** A return from Auth0 reaches the page without its choice of tenant, so the tab remembers it. */
const CHOICE = "application";

export async function openSession(settings: Settings): Promise<Session> {
  const application = findApplication(settings);
  const client = await createAuth0Client({
    domain: settings.domain,
    ...(settings.issuer !== undefined && { issuer: settings.issuer }),
    clientId: application.clientId,
    // Tokens are kept in memory, out of reach of a script that gets hold of the storage; a page that was loaded anew
    // asks Auth0's session for others.
    cacheLocation: "memory",
    useRefreshTokens: true,
    useRefreshTokensFallback: true,
    authorizationParams: {
      redirect_uri: location.origin,
      audience: settings.audience,
      scope: "openid profile email offline_access delete:users",
    },
  });
  const user = await readUser(client);
  return {
    application,
    userName: user,
    signIn: () => client.loginWithRedirect(),
    signOut: () =>
      client.logout({ logoutParams: { returnTo: location.origin } }),
    getToken: async ({ isFresh } = { isFresh: false }) => {
      const answer = await client.getTokenSilently({
        detailedResponse: true,
        cacheMode: isFresh ? "off" : "on",
      });
      if (answer === undefined) throw new Error("no token: sign in again");
      return {
        text: answer.access_token,
        lifetimeSeconds: answer.expires_in,
      };
    },
  };
}

/** Takes effect with the next session: a token belongs to one application. */
export function chooseApplication({ clientId }: Application): void {
  sessionStorage.setItem(CHOICE, clientId);
}

function findApplication({ applications }: Settings): Application {
  const chosen = sessionStorage.getItem(CHOICE);
  const application =
    applications.find(({ clientId }) => clientId === chosen) ?? applications[0];
  if (application === undefined) throw new Error("no application is set");
  return application;
}

async function readUser(client: Auth0Client): Promise<string | undefined> {
  const query = new URLSearchParams(location.search);
  if (query.has("state") && (query.has("code") || query.has("error"))) {
    try {
      await client.handleRedirectCallback();
    } finally {
      // A code is good for one use: a reload must not send it again.
      history.replaceState({}, "", location.pathname);
    }
  } else {
    await client.checkSession();
  }
  const user = await client.getUser();
  return user?.name ?? user?.sub;
}
