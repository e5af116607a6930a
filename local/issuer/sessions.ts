/** Who is signed in at the issuer, in which browser. The session belongs to the issuer, not to an application. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { User } from "./directory.ts";
import { createExpiringStore } from "./expiring-store.ts";

export interface Session {
  /** Its public name, which applications learn; the cookie holds another. */
  readonly sid: string;
  readonly user: User;
  readonly authenticatedAtMs: number;
}

export interface Sessions {
  readonly find: (request: IncomingMessage) => Session | undefined;
  /** In the place of the one that this browser had. */
  readonly begin: (
    request: IncomingMessage,
    response: ServerResponse,
    user: User,
  ) => Session;
  readonly end: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Auth0's default for sessions that nobody uses; here it counts from the sign-in. */
const LIFETIME_MS = 3 * 86_400_000;

export function createSessions(context: {
  readonly url: () => string;
  readonly now: () => number;
}): Sessions {
  const { url, now } = context;
  const sessions = createExpiringStore<Session>({
    lifetimeMs: LIFETIME_MS,
    maxEntries: 1000,
    now,
  });
  // Cookies do not tell ports apart, and two runs may share a browser.
  const cookieName = (): string => `issuer_session_${new URL(url()).port}`;
  const readCookie = (request: IncomingMessage): string =>
    findCookie(request.headers.cookie, cookieName()) ?? "";
  const setCookie = (
    response: ServerResponse,
    value: string,
    age = "",
  ): void => {
    // Not Secure: it is meant for plain http on loopback as well.
    response.setHeader(
      "Set-Cookie",
      `${cookieName()}=${value}; Path=/; HttpOnly; SameSite=Lax${age}`,
    );
  };
  return {
    find: (request) => sessions.find(readCookie(request)),
    begin: (request, response, user) => {
      sessions.take(readCookie(request));
      const session = {
        sid: randomBytes(24).toString("base64url"),
        user,
        authenticatedAtMs: now(),
      };
      // A new id at every sign-in: nobody can have planted it before.
      setCookie(response, sessions.add(session));
      return session;
    },
    end: (request, response) => {
      sessions.take(readCookie(request));
      setCookie(response, "", "; Max-Age=0");
    },
  };
}

function findCookie(
  header: string | undefined,
  name: string,
): string | undefined {
  for (const pair of header?.split(";") ?? []) {
    const [key, value] = pair.split("=", 2);
    if (key?.trim() === name) return value?.trim();
  }
  return undefined;
}
