import type { ServerResponse } from "node:http";
import { html } from "./html.ts";
import { sendPage } from "./page.ts";

/** For the user, where an application cannot be told. */
export function sendErrorPage(
  response: ServerResponse,
  error: string,
  advice: string,
): void {
  sendPage(response, {
    status: 400,
    title: "Sign-in problem",
    main: html`<h1>This cannot go on</h1>
      <p>${error}</p>
      <p class="quiet">${advice}</p>`,
  });
}
