/** Calls to the API, and what the page can read of each answer. */
import type { Session } from "./session.ts";

/** Which token a call carries: the last two are there to be refused. */
export type Credential = "own" | "spoiled" | "none";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly credential: Credential;
}

export type Answer =
  | {
      readonly kind: "answer";
      readonly status: number;
      /** The gateway's code for a refusal, such as `route_not_granted`. */
      readonly reason: string | undefined;
      /** Whether the refusal was of a token that had to be renewed first. */
      readonly isRenewed: boolean;
      /** How long to wait before the next try, where the answer says so. */
      readonly retryAfterSeconds: number | undefined;
      readonly body: string;
    }
  /** No answer, or one that the browser does not show to this origin. */
  | { readonly kind: "unreadable"; readonly message: string };

/**
 * Calls the API as a page should: a 401 gets one try more with a fresh token, since the first may have expired or
 * been signed with a key that is gone. A 403 is an answer, and a 503 is to be tried again later, with the same token.
 */
export async function callApi(
  gateway: string,
  session: Session,
  call: Call,
): Promise<Answer> {
  try {
    const first = await send(gateway, call, await tokenFor(session, call));
    if (first.status !== 401 || call.credential !== "own") {
      return await read(first, false);
    }
    const { text } = await session.getToken({ isFresh: true });
    return await read(await send(gateway, call, text), true);
  } catch (error) {
    return { kind: "unreadable", message: String(error) };
  }
}

async function tokenFor(
  session: Session,
  { credential }: Call,
): Promise<string | undefined> {
  if (credential === "none") return undefined;
  const { text } = await session.getToken();
  if (credential === "own") return text;
  // Another signature: one character of it is exchanged.
  const at = text.length - 10;
  const other = text[at] === "A" ? "B" : "A";
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}

function send(
  gateway: string,
  { method, path }: Call,
  token: string | undefined,
): Promise<Response> {
  return fetch(`${gateway}${path}`, {
    method,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  });
}

async function read(response: Response, isRenewed: boolean): Promise<Answer> {
  const body = await response.text();
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return {
    kind: "answer",
    status: response.status,
    reason: response.ok ? undefined : findReason(body),
    isRenewed,
    retryAfterSeconds: Number.isNaN(retryAfter) ? undefined : retryAfter,
    body,
  };
}

/** The gateway's own answers are `{"error", "message", "requestId"}`; a backend's may be anything. */
function findReason(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { readonly error?: unknown };
    return typeof error === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}
