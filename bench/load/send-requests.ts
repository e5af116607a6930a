/** Requests over HTTP on connections that stay open, a given number at a time, until a given moment. */
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./judge.ts";
import type { DrawnRequest } from "./request-mix.ts";

export interface Exchange {
  readonly request: DrawnRequest;
  /** Nothing when there was none. */
  readonly answer: (Answer & { readonly requestId: string }) | undefined;
  /** Why there was none. */
  readonly error: string | undefined;
  /** When it was due, by `performance.now()`: one that had to wait for a free connection has waited since then. */
  readonly dueAtMs: number;
  readonly answeredAtMs: number;
}

export interface SendOptions {
  /** The API's base URL, with its stage. */
  readonly gateway: string;
  readonly connections: number;
  /** Per second; without it each connection goes on as soon as it has its answer. */
  readonly rate: number | undefined;
  readonly draw: () => DrawnRequest;
  readonly onExchange: (exchange: Exchange) => void;
  /** Nothing is sent after its abort; what is under way is waited for. */
  readonly signal: AbortSignal;
}

export async function sendRequests(options: SendOptions): Promise<void> {
  const { connections, rate, signal } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const startedAtMs = performance.now();
  let sent = 0;

  /** Waits until the next request is due. */
  async function takeTurn(): Promise<number> {
    const turn = sent;
    sent += 1;
    if (rate === undefined) return performance.now();
    const dueAtMs = startedAtMs + (turn / rate) * 1000;
    const early = dueAtMs - performance.now();
    if (early <= 0) return dueAtMs;
    await sleep(early, undefined, { signal });
    // A timer that comes late is the load's own delay, not the gateway's.
    return performance.now();
  }

  async function work(): Promise<void> {
    while (!signal.aborted) {
      const dueAtMs = await takeTurn();
      const drawn = options.draw();
      const { answer, error } = await ask(options.gateway, agent, drawn).then(
        (got) => ({ answer: got, error: undefined }),
        (reason: unknown) => ({ answer: undefined, error: String(reason) }),
      );
      const answeredAtMs = performance.now();
      options.onExchange({
        request: drawn,
        answer,
        error,
        dueAtMs,
        answeredAtMs,
      });
    }
  }

  try {
    await Promise.all(
      Array.from({ length: connections }, () =>
        work().catch((error: unknown) => {
          // A turn that was still waited for is given up.
          if (!signal.aborted) throw error;
        }),
      ),
    );
  } finally {
    agent.destroy();
  }
}

const TIMEOUT_MS = 30_000;

async function ask(
  gateway: string,
  agent: Agent,
  { path, authorization }: DrawnRequest,
): Promise<NonNullable<Exchange["answer"]>> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(`${gateway}${path}`, {
      agent,
      headers: authorization === undefined ? {} : { authorization },
      timeout: TIMEOUT_MS,
    });
    asked.on("timeout", () => {
      asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`));
    });
    asked.on("error", reject).on("response", resolve).end();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode = 0, headers } = response;
  return {
    status: statusCode,
    wwwAuthenticate: headers["www-authenticate"],
    requestId: String(headers["x-amzn-requestid"]),
    body: Buffer.concat(chunks).toString(),
  };
}
