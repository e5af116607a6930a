import { BudgetError, type Budget } from "./budget.ts";
import { type Answer, readAnswer } from "./answer.ts";
import { type Header, exchange } from "./exchange.ts";

export interface Question {
  readonly method: string;
  /** Below the stage, raw; begins with a slash. */
  readonly path: string;
  /** The whole value of the Authorization header. */
  readonly authorization?: string;
  /** Beside it. */
  readonly headers?: readonly Header[];
  /** Whether the request line holds the whole URL (RFC 9112 §3.2.2). */
  readonly isAbsolute?: boolean;
}

export interface Sender {
  /** Asks once. */
  readonly askOnce: (question: Question) => Promise<Answer>;
  /** Asks again, twice at most, when the answer was no verdict: throttled, or could not tell. */
  readonly ask: (question: Question) => Promise<Answer>;
}

const ATTEMPTS = 3;
/** A Retry-After is heeded up to here, in seconds. */
const MAX_RETRY_AFTER = 5;

export function createSender(options: {
  readonly stageUrl: URL;
  readonly userAgent: string;
  readonly budget: Budget;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}): Sender {
  const { stageUrl, userAgent, budget, signal, timeoutMs = 15_000 } = options;
  const base = stageUrl.pathname.replace(/\/$/, "");

  const askOnce = async (question: Question): Promise<Answer> => {
    const { method, path, authorization, headers = [], isAbsolute } = question;
    await budget.take();
    const target = `${base}${path}`;
    const raw = await exchange(
      stageUrl,
      {
        method,
        target: isAbsolute === true ? `${stageUrl.origin}${target}` : target,
        headers: [
          ["User-Agent", userAgent],
          ["Accept", "application/json"],
          ...(authorization === undefined
            ? []
            : [["Authorization", authorization] as const]),
          ...headers,
        ],
      },
      { timeoutMs, signal },
    );
    return readAnswer(raw, method);
  };

  return {
    askOnce,
    ask: async (question) => {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await askOnce(question);
        const isNoVerdict =
          answer.kind === "could_not_tell" || answer.kind === "throttled";
        if (!isNoVerdict || attempt === ATTEMPTS) {
          // Whoever is throttled has not been judged: to go on would count the throttling as refusals.
          if (answer.kind === "throttled") {
            throw new BudgetError(
              "throttled (429), by the stage's limits or the tenant's plan: take a lower --rate, or a tenant with a larger plan",
            );
          }
          return answer;
        }
        await budget.pause(1000 * retryAfter(answer));
      }
    },
  };
}

function retryAfter({ headers }: Answer): number {
  const seconds = Number(headers["retry-after"]);
  return seconds > 0 ? Math.min(seconds, MAX_RETRY_AFTER) : 1;
}
