import type { AuthorizationRequest } from "./authorization-request.ts";
import type { User } from "./directory.ts";
import { html, type Html } from "./html.ts";
import type { Page } from "./page.ts";
import type { Session } from "./sessions.ts";

export const SIGN_IN_PATH = "/u/login";

/** Asks who is there; whoever reaches this page may be any of the users. */
export function buildSignInPage(options: {
  readonly request: AuthorizationRequest;
  /** The id under which the request waits. */
  readonly transaction: string;
  readonly users: readonly User[];
  readonly session: Session | undefined;
}): Page {
  const { request, transaction, users, session } = options;
  const { application, loginHint, reply } = request;
  const stranger = session !== undefined && !users.includes(session.user);
  const hinted = users.find(({ username }) => username === loginHint);
  const sorted = hinted
    ? [hinted, ...users.filter((user) => user !== hinted)]
    : users;
  return {
    status: 200,
    title: `Sign in to ${application.name}`,
    formOrigins: ["'self'", toSource(reply.redirectUri)],
    main: html`<h1>Sign in to ${application.name}</h1>
      <p>
        This page stands in for Auth0 on this machine. It asks for no password:
        choose who you are.
      </p>
      ${stranger ? describeStranger(session.user) : ""}
      ${
        loginHint !== undefined && hinted === undefined
          ? describeHint(loginHint)
          : ""
      }
      ${
        sorted.length === 0
          ? html`<p>Nobody can: this application has no users.</p>`
          : html`<form method="post" action="${SIGN_IN_PATH}">
              <input type="hidden" name="state" value="${transaction}" />
              <ul>
                ${sorted.map(renderUser)}
              </ul>
            </form>`
      }
      <p class="quiet">
        Listed are the users of this application’s own connection, which here
        are those who share an organization with it:
        ${application.organizations.join(", ")}.
      </p>`,
  };
}

function renderUser({ userId, username, password }: User, index: number): Html {
  const id = `user-${index}`;
  return html`<li>
    <button name="user" value="${userId}" aria-describedby="${id}">
      Continue as ${username}
    </button>
    <div class="quiet" id="${id}">
      For tools that ask for one, the password is <code>${password}</code>.
    </div>
  </li>`;
}

function describeStranger({ username }: User): Html {
  return html`<p>
    You are signed in as ${username}, who is not a user of this application.
  </p>`;
}

function describeHint(loginHint: string): Html {
  return html`<p>
    The application suggested “${loginHint}”, who is not a user of it.
  </p>`;
}

/** As a source of a Content Security Policy: the origin, or the scheme of a native application's own. */
function toSource(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  return origin === "null" ? protocol : origin;
}
