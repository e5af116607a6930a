import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { escapeText, html, trusted, type Html } from "./html.ts";
import { PAGE_STYLE } from "./page-style.ts";

export interface Page {
  readonly status: number;
  readonly title: string;
  readonly main: Html;
  /** Where a form of the page may lead, by redirects too: Chromium asks the policy about each step. */
  readonly formOrigins?: readonly string[];
  /** The one origin that may frame the page. @default nobody may */
  readonly framedBy?: string;
  /** A constant of ours that the page runs; `data` are the attributes it reads. */
  readonly script?: {
    readonly source: string;
    readonly data: Readonly<Record<string, string>>;
  };
}

/** A page that loads nothing, runs nothing but what it came with, and is kept by nobody. */
export function sendPage(response: ServerResponse, page: Page): void {
  const { status, framedBy = "'none'" } = page;
  const policy = [
    "default-src 'none'",
    `style-src ${hashSource(PAGE_STYLE)}`,
    // An empty icon, so that the browser asks for no other.
    "img-src data:",
    ...(page.script ? [`script-src ${hashSource(page.script.source)}`] : []),
    `form-action ${page.formOrigins?.join(" ") ?? "'none'"}`,
    `frame-ancestors ${framedBy}`,
    "base-uri 'none'",
  ];
  response.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policy.join("; "),
    ...(page.framedBy === undefined && { "X-Frame-Options": "DENY" }),
    // Under "no-referrer" a form would be posted with an Origin of null.
    "Referrer-Policy": "same-origin",
  });
  response.end(render(page).markup);
}

function render({ title, main, script }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${trusted(`<style>${PAGE_STYLE}</style>`)}
      </head>
      <body>
        <main>${main}</main>
        ${script ? renderScript(script.source, script.data) : ""}
      </body>
    </html> `;
}

function renderScript(
  source: string,
  data: Readonly<Record<string, string>>,
): Html {
  const attributes = Object.entries(data).map(
    ([name, value]) => ` data-${name}="${escapeText(value)}"`,
  );
  return trusted(`<script${attributes.join("")}>${source}</script>`);
}

function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
