/** Asks the API until its answer shows that a change has arrived, and measures how long that took. */
import { own, parseJsonObject } from "../../../lambda/core/json.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import type { Probe } from "./probe.ts";

export type Awaited =
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "let_in" };

export interface Answer {
  readonly status: number;
  /** The `error` of the gateway's own answers. */
  readonly error: string | undefined;
}

export interface Waited {
  readonly isReached: boolean;
  /** From the write to the answer. */
  readonly seconds: number;
  readonly probes: number;
  readonly status: number;
  readonly error: string | undefined;
  readonly message: string;
}

const NO_ANSWER: Answer = { status: 0, error: undefined };

const INTERVAL_MS = 250;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Asks once, before anything is written.
 *
 * @throws CommandError when no later answer could say anything
 */
export async function askBefore(
  session: Session,
  probe: Probe,
  awaited: Awaited,
): Promise<void> {
  const answer = await ask(session, probe);
  if (answer === undefined) throw unreachable(probe);
  const { status, error } = answer;
  const asked = `${probe.request.method} ${probe.request.path}`;
  const refuse = (code: string, message: string): CommandError =>
    new CommandError(EXIT.refused, code, `nothing was written: ${message}`, [
      "give another token or another --probe, or leave --wait out",
    ]);
  if (status === 401) {
    throw refuse("token_refused", "the API does not accept this token (401)");
  }
  if (status === 404 && error === "not_found") {
    throw refuse(
      "probe_not_routed",
      `the API has no ${asked}, and answers 404 to everybody`,
    );
  }
  const isExpected = awaited.kind === "let_in" || error === awaited.reason;
  if (status === 403 && !isExpected) {
    throw refuse(
      "probe_refused",
      `${asked} is answered 403 already${error === undefined ? "" : ` (${error})`}`,
    );
  }
}

export async function waitForAnswer(
  session: Session,
  probe: Probe,
  awaited: Awaited,
  { sinceMs, timeoutSeconds }: { sinceMs: number; timeoutSeconds: number },
): Promise<Waited> {
  const { now, sleep } = session.world;
  const { method, path } = probe.request;
  session.note(
    `written; asking ${method} ${path} until it is ${awaited.kind === "refused" ? "refused" : "let in"} …`,
  );
  for (let probes = 1; ; probes += 1) {
    // That the API does not answer says nothing, and may pass.
    const { status, error } = (await ask(session, probe)) ?? NO_ANSWER;
    const seconds = Math.round((now() - sinceMs) / 100) / 10;
    const end = (isReached: boolean, what: string): Waited => ({
      isReached,
      seconds,
      probes,
      status,
      error,
      message: `${method} ${path}: ${what} ${seconds.toFixed(1)} s after the write (${probes} asked)`,
    });
    const shown =
      status === 0
        ? "no answer"
        : `${status}${error === undefined ? "" : ` ${error}`}`;
    if (isReached(awaited, status)) return end(true, shown);
    if (status === 401)
      return end(false, "the token is not accepted any more (401)");
    if (seconds >= timeoutSeconds) return end(false, `still ${shown}`);
    await sleep(INTERVAL_MS);
  }
}

function isReached(awaited: Awaited, status: number): boolean {
  // A 5xx says nothing: the authorizer could not tell, or the backend failed.
  return awaited.kind === "refused"
    ? status === 403
    : status > 0 && status < 500 && status !== 401 && status !== 403;
}

/** @returns `undefined` when there is none */
async function ask(
  { world }: Session,
  { url, request, token }: Probe,
): Promise<Answer | undefined> {
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    response = await world.fetch(url, {
      method: request.method,
      headers: { Authorization: `Bearer ${token}` },
      // Whatever stands behind a redirect must not get the token.
      redirect: "manual",
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    bytes = await response.arrayBuffer();
  } catch {
    // Refused, too slow or cut off: whatever it is, it is not an answer of the API.
    return undefined;
  }
  const body = parseJsonObject(new Uint8Array(bytes));
  const error = body === undefined ? undefined : own(body, "error");
  return {
    status: response.status,
    error: typeof error === "string" ? error : undefined,
  };
}

function unreachable({ url }: Probe): CommandError {
  return new CommandError(
    EXIT.unreachable,
    "api_unreachable",
    `nothing was written: the API does not answer at ${new URL(url).origin}`,
    ["without --wait nothing is asked"],
  );
}
