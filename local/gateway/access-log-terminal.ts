/** One coloured line per request for the terminal of a local run. */
import { styleText } from "node:util";
import type { AccessLogEntry, AuthorizationDecision } from "./access-log.ts";

export interface TerminalOptions {
  /** Usually `shouldUseColour(process.stdout, process.env)`. */
  readonly colour: boolean;
}

/** Colour only for a terminal, and never against https://no-color.org. */
export function shouldUseColour(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && (env["NO_COLOR"] ?? "") === "";
}

type Style = "green" | "yellow" | "red" | "dim" | "bold" | "cyan";

const DECISION_STYLES: Readonly<Record<AuthorizationDecision, Style>> = {
  allow: "green",
  deny: "yellow",
  unauthenticated: "yellow",
  error: "red",
  none: "dim",
};

/**
 * For example `200 GET /acme/orders  allow (cache hit)  tenant acme  3 ms`. Control characters of the path are
 * escaped: a request must not write to the terminal of whoever watches.
 */
export function formatAccessLogEntry(
  entry: AccessLogEntry,
  { colour }: TerminalOptions,
): string {
  const paint = (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const { authorizer, decision, reason, detail, tenantId } = entry;
  const run =
    authorizer &&
    `authorizer ${authorizer.coldStart ? "cold " : ""}${formatMs(authorizer.durationMs)}`;
  return [
    paint(statusStyle(entry.status), String(entry.status)),
    `${entry.method} ${escapeControl(entry.path)}`,
    decision !== "none" &&
      `${paint(DECISION_STYLES[decision], decision)}${entry.cache === "none" ? "" : ` (cache ${entry.cache})`}`,
    reason !== undefined && paint("bold", escapeControl(reason)),
    tenantId !== undefined && paint("cyan", escapeControl(tenantId)),
    run,
    paint("dim", formatMs(entry.durationMs)),
    detail !== undefined && paint("dim", escapeControl(detail)),
  ]
    .filter((part) => typeof part === "string")
    .join("  ");
}

function statusStyle(status: number): Style {
  if (status >= 500) return "red";
  return status >= 400 ? "yellow" : "green";
}

function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function escapeControl(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) =>
      `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
