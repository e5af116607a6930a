import type { ServerResponse } from "node:http";
import type { ReplyAddress } from "./authorization-request.ts";
import { html } from "./html.ts";
import { sendPage } from "./page.ts";

/** `{ code }` or `{ error, error_description }`; `state` is added. */
export type AuthorizationResponse = Readonly<Record<string, string>>;

/** Answers the application, RFC 6749 §4.1.2: by a redirect, or by a message to its window. */
export function sendAuthorizationResponse(
  response: ServerResponse,
  { redirectUri, mode, state }: ReplyAddress,
  answer: AuthorizationResponse,
): void {
  const members = { ...answer, ...(state !== undefined && { state }) };
  if (mode === "web_message") {
    sendWebMessage(response, new URL(redirectUri).origin, members);
    return;
  }
  const location = new URL(redirectUri);
  for (const [name, value] of Object.entries(members)) {
    location.searchParams.set(name, value);
  }
  // After a form has been posted, too, the browser must go on with a GET: RFC 9700 §4.12.
  response.writeHead(303, { Location: location.href }).end();
}

/** In a frame the application is the parent, in a pop-up it is the opener. */
const POST_MESSAGE = `
const { message, origin } = document.currentScript.dataset;
(window.opener ?? window.parent).postMessage(JSON.parse(message), origin);
`;

/**
 * https://datatracker.ietf.org/doc/html/draft-sakimura-oauth-wmrm-00 §4.1, as Auth0 does it: the message goes to the
 * origin of the callback and to no other, and only a page of that origin may hold the frame.
 */
function sendWebMessage(
  response: ServerResponse,
  origin: string,
  members: AuthorizationResponse,
): void {
  const message = { type: "authorization_response", response: members };
  sendPage(response, {
    status: 200,
    title: "Signing in",
    main: html`<p>The application has the answer.</p>`,
    framedBy: origin,
    script: {
      source: POST_MESSAGE,
      data: { message: JSON.stringify(message), origin },
    },
  });
}
