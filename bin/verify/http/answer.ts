/** What an answer says, and whether the gateway said it or the backend. */
import { isJsonObject, own } from "../../../lambda/core/json.ts";
import {
  COULD_NOT_TELL_REASONS,
  FORBID_REASONS,
  UNAUTHENTICATED_REASONS,
} from "../../../lambda/core/reasons.ts";
import type { RawAnswer } from "./exchange.ts";

/**
 * `rejected`: not understood as a request, by whatever stands in front. `dropped`: no answer at all. `unclear`: a 401
 * or 403 in words that are not the gateway's, so that the backend may have been reached.
 */
export type AnswerKind =
  | "let_in"
  | "unauthenticated"
  | "forbidden"
  | "could_not_tell"
  | "no_route"
  | "throttled"
  | "rejected"
  | "dropped"
  | "unclear";

export interface Answer extends RawAnswer {
  readonly kind: AnswerKind;
  /** A code of ours in the body, when there is one. */
  readonly reason: string | undefined;
}

const OWN_CODES = new Set([
  ...Object.keys(UNAUTHENTICATED_REASONS),
  ...Object.keys(FORBID_REASONS),
  ...Object.keys(COULD_NOT_TELL_REASONS),
  "unauthorized",
  "unavailable",
  "not_found",
  "api_key_invalid",
  "throttled",
  "quota_exceeded",
  "request_too_large",
  "unsupported_media_type",
  "bad_gateway",
  "gateway_timeout",
  "bad_request",
  "internal_error",
]);

export function readAnswer(raw: RawAnswer, method: string): Answer {
  const body = parseBody(raw.body);
  const error = own(body, "error");
  // Only a code that we know is repeated: whatever else stands in a body is the backend's, and may be anything.
  const reason =
    typeof error === "string" && OWN_CODES.has(error) ? error : undefined;
  return { ...raw, reason, kind: classify(raw, body, reason, method) };
}

function classify(
  { status, headers, body: text }: RawAnswer,
  body: Readonly<Record<string, unknown>>,
  reason: string | undefined,
  method: string,
): AnswerKind {
  // API Gateway's own texts, for stages whose gateway responses are not ours.
  const message = own(body, "message") ?? own(body, "Message");
  const says = (...beginnings: readonly string[]): boolean =>
    typeof message === "string" &&
    beginnings.some((beginning) => message.startsWith(beginning));
  const isBodiless = method === "HEAD" && text === "";
  switch (status) {
    case 0:
      return "dropped";
    case 401:
      return reason === "unauthorized" || says("Unauthorized") || isBodiless
        ? "unauthenticated"
        : "unclear";
    case 403:
      if (says("Missing Authentication Token")) return "no_route";
      if (says("User is not authorized", "Forbidden")) return "forbidden";
      // The policy's Deny came without a reason: a resource policy's, or another's of the gateway's own.
      if (isBodiless || reason !== undefined || own(body, "error") === "") {
        return "forbidden";
      }
      return "unclear";
    case 404:
      return reason === "not_found" ? "no_route" : "let_in";
    case 429:
      return "throttled";
    case 414:
    case 431:
      return "rejected";
    case 400:
    case 413:
    case 415:
      return reason !== undefined || !isJson(headers) ? "rejected" : "let_in";
    case 500:
    case 503:
      return reason === "unavailable" ||
        reason === "internal_error" ||
        own(body, "message") === null ||
        isBodiless
        ? "could_not_tell"
        : "let_in";
    default:
      return "let_in";
  }
}

function isJson(headers: RawAnswer["headers"]): boolean {
  return (headers["content-type"] ?? "").startsWith("application/json");
}

function parseBody(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return isJsonObject(body) ? body : {};
  } catch {
    // Not JSON, so not an answer of ours.
    return {};
  }
}

const WORDS: Readonly<Partial<Record<AnswerKind, string>>> = {
  let_in: "let in",
  unclear: "not in the gateway's words, so perhaps the backend's",
};

/** `403 route_not_granted`, `200 (let in)`, `no answer (ECONNRESET)`; never a word of the body but our own codes. */
export function describeAnswer({
  status,
  reason,
  kind,
  fault = "closed",
}: Answer): string {
  if (status === 0) return `no answer (${fault})`;
  const note = WORDS[kind];
  return [
    String(status),
    ...(reason === undefined ? [] : [reason]),
    ...(note === undefined ? [] : [`(${note})`]),
  ].join(" ");
}
