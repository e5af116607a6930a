/**
 * Has decisions that were answered judged again, by a candidate in a thread of its own. Nobody waits for it: what it
 * cannot keep up with is dropped and counted, and so is whatever goes wrong with it.
 */
import { type Copy, type Judgement, parseReply } from "./messages.ts";
import { readCode } from "./verdict.ts";

/** Of a `Worker`, what is used here. */
export interface CandidateThread {
  readonly postMessage: (message: unknown) => void;
  readonly terminate: () => Promise<unknown>;
  readonly unref: () => void;
  on(event: "message", listener: (message: unknown) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "exit", listener: () => void): unknown;
}

/** How many since the last line; absent for none. */
export interface ShadowCounts {
  readonly shadowAgreed?: number;
  readonly shadowDifferent?: number;
  /** The candidate came to nothing: it crashed, left, or took too long. */
  readonly shadowFailed?: number;
  /** Not judged: the candidate was busy or is given up, or its turn came too late. */
  readonly shadowDropped?: number;
}

/** A line of its own. Of token and claims it holds nothing. */
export type ShadowLogEntry =
  | ({
      readonly shadow: "difference";
      readonly tenantId: string | undefined;
      readonly requestId: string;
      /** How long after the live decision: a token may have expired since, or a record been changed. */
      readonly lateMs: number;
    } & Judgement)
  | {
      readonly shadow: "failed";
      readonly why: "error" | "exit" | "timeout" | "not_started";
      /** Of the error that ended it, where it has one. Never its message, which may quote what it choked on. */
      readonly code: string | undefined;
      /** How often it may be started again, in this environment. */
      readonly startsLeft: number;
    };

export interface ShadowDependencies {
  readonly startThread: () => CandidateThread;
  readonly log: (entry: ShadowLogEntry) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Shadow {
  /** Takes a decision that was made; returns at once and never throws. */
  readonly offer: (copy: Copy, tenantId: string | undefined) => void;
  readonly takeCounts: () => ShadowCounts;
}

interface Waiting {
  readonly copy: Copy;
  readonly tenantId: string | undefined;
  readonly offeredAtMs: number;
}

const MAX_WAITING = 16;
const MAX_LATE_MS = 300_000;
const MAX_STARTS = 3;
/** So that the answer has left before the thread takes the processor. */
const START_AFTER_MS = 20;
const TICK_MS = 50;
/** 5 seconds, as long as Lambda gives the function, and 10 to start: in ticks, for while it is frozen none come. */
const MAX_TICKS = { judging: 100, starting: 200 } as const;

type Failure = Omit<Extract<ShadowLogEntry, { shadow: "failed" }>, "shadow">;

export function createShadow({
  startThread,
  log,
  now,
}: ShadowDependencies): Shadow {
  const waiting: Waiting[] = [];
  let counts: ShadowCounts = {};
  let starts = 0;
  let thread: CandidateThread | undefined;
  let isReady = false;
  let judging: Waiting | undefined;
  let stopClock: (() => void) | undefined;

  const count = (what: keyof ShadowCounts, by = 1): void => {
    counts = { ...counts, [what]: (counts[what] ?? 0) + by };
  };

  const proceedAfter = (ms: number): void => {
    setTimeout(proceed, ms).unref();
  };

  const startClock = (maxTicks: number): void => {
    stopClock?.();
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
      if (ticks >= maxTicks) end("timeout");
    }, TICK_MS);
    timer.unref();
    stopClock = () => {
      clearInterval(timer);
    };
  };

  const end = (why: Failure["why"], error?: unknown): void => {
    stopClock?.();
    // Rejects where it has ended already, which is as good.
    thread?.terminate().catch(() => undefined);
    thread = undefined;
    isReady = false;
    judging = undefined;
    count("shadowFailed");
    log({
      shadow: "failed",
      why,
      code: codeOf(error),
      startsLeft: MAX_STARTS - starts,
    });
    if (starts < MAX_STARTS) {
      proceedAfter(START_AFTER_MS);
    } else {
      count("shadowDropped", waiting.length);
      waiting.length = 0;
    }
  };

  const start = (): void => {
    starts += 1;
    let started: CandidateThread;
    try {
      started = startThread();
    } catch (error) {
      end("not_started", error);
      return;
    }
    thread = started;
    startClock(MAX_TICKS.starting);
    // What an ended thread has left to say is about nothing that is waited for.
    const whileCurrent = (act: () => void): void => {
      if (thread === started) act();
    };
    started.on("message", (message) => {
      whileCurrent(() => {
        hear(message);
      });
    });
    started.on("error", (error) => {
      whileCurrent(() => {
        end("error", error);
      });
    });
    started.on("exit", () => {
      whileCurrent(() => {
        end("exit");
      });
    });
    started.unref();
  };

  const hear = (message: unknown): void => {
    const reply = parseReply(message);
    if (reply?.kind === "ready" && !isReady) {
      stopClock?.();
      isReady = true;
    } else if (reply?.kind === "judged" && judging !== undefined) {
      stopClock?.();
      settle(judging, reply);
      judging = undefined;
    }
    proceed();
  };

  const settle = (
    { copy, tenantId, offeredAtMs }: Waiting,
    { members, live, candidate }: Judgement,
  ): void => {
    if (members.length === 0) {
      count("shadowAgreed");
      return;
    }
    count("shadowDifferent");
    const lateMs = Math.round(now() - offeredAtMs);
    const { requestId } = copy;
    const shadow = "difference";
    log({ shadow, members, live, candidate, tenantId, requestId, lateMs });
  };

  const proceed = (): void => {
    if (judging !== undefined || waiting.length === 0) return;
    if (thread === undefined) {
      if (starts < MAX_STARTS) start();
      return;
    }
    if (!isReady) return;
    const next = waiting.shift();
    if (next === undefined) return;
    if (now() - next.offeredAtMs > MAX_LATE_MS) {
      count("shadowDropped");
      proceed();
      return;
    }
    judging = next;
    startClock(MAX_TICKS.judging);
    try {
      thread.postMessage(next.copy);
    } catch (error) {
      // An event that cannot be copied: no event of API Gateway's.
      end("error", error);
    }
  };

  return {
    offer: (copy, tenantId) => {
      const isGivenUp = thread === undefined && starts >= MAX_STARTS;
      if (isGivenUp || waiting.length >= MAX_WAITING) {
        count("shadowDropped");
        return;
      }
      waiting.push({ copy, tenantId, offeredAtMs: now() });
      proceedAfter(thread === undefined ? START_AFTER_MS : 0);
    },
    takeCounts: () => {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
}

/** Ours are in lower case, Node's in upper. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code } = error as { readonly code?: unknown };
  const isNodes = typeof code === "string" && /^[A-Z_]{1,64}$/.test(code);
  return isNodes ? code : readCode(code);
}
