/**
 * A change of a tenant's access, and when it takes effect: one of the tenant's tokens asks the gateway before the
 * write, so that there is a kept answer to get rid of, and goes on asking until the answer has changed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { AuthorizersCacheFlush } from "../../control-plane/control-plane.ts";
import type { AccessChange, ChangeKind } from "../api.ts";
import type { WatchedAnswer } from "../requests/send-and-watch.ts";

/** Asks the gateway once. */
export type Probe = () => Promise<WatchedAnswer["entry"]>;

export interface ProbedRequest {
  readonly ask: Probe;
  /** For the page: method, path and application. */
  readonly description: string;
}

export interface ChangeWatcher {
  readonly changes: () => readonly AccessChange[];
  /** Writes, and then watches in the background. Rejects when the write fails. */
  readonly change: (request: {
    readonly tenantId: string;
    readonly kind: ChangeKind;
    readonly records: number;
    readonly probe: ProbedRequest | undefined;
    readonly write: () => Promise<void>;
  }) => Promise<AccessChange>;
  readonly close: () => void;
}

const INTERVAL_MS = 250;
const PATIENCE_MS = 20_000;
const MAX_CHANGES = 20;

type Entry = WatchedAnswer["entry"];

/** Whether an answer shows the change; an outage shows nothing. */
const SHOWS: Readonly<Record<ChangeKind, (entry: Entry) => boolean>> = {
  suspend: ({ reason }) => reason === "tenant_suspended",
  resume: ({ status, reason }) => status < 500 && reason !== "tenant_suspended",
  log_out: ({ reason }) => reason === "token_revoked",
};

export function createChangeWatcher(
  flushes: readonly AuthorizersCacheFlush[],
): ChangeWatcher {
  const ending = new AbortController();
  const changes = new Map<number, AccessChange>();
  let lastId = 0;

  const update = (id: number, more: Partial<AccessChange>): AccessChange => {
    const changed = { ...changes.get(id), ...more } as AccessChange;
    changes.set(id, changed);
    return changed;
  };

  const watch = async (
    { id, change, writtenAtMs }: AccessChange,
    ask: Probe,
  ): Promise<void> => {
    while (Date.now() - writtenAtMs < PATIENCE_MS) {
      const flush = flushes.find(({ atMs }) => atMs >= writtenAtMs);
      if (flush !== undefined) {
        update(id, { flushedAfterMs: flush.atMs - writtenAtMs });
      }
      const entry = await ask();
      update(id, { answerNow: describeAnswer(entry) });
      if (SHOWS[change](entry)) {
        const effectAfterMs = Date.now() - writtenAtMs;
        update(id, { effectAfterMs, state: "seen" });
        return;
      }
      await sleep(INTERVAL_MS, undefined, { signal: ending.signal });
    }
    update(id, {
      state: "not_seen",
      note: `the answer had not changed after ${PATIENCE_MS / 1000} s`,
    });
  };

  return {
    changes: () => [...changes.values()].reverse(),
    change: async ({ tenantId, kind, records, probe, write }) => {
      const before = await probe?.ask();
      const writtenAtMs = Date.now();
      await write();
      lastId += 1;
      const id = lastId;
      changes.delete(id - MAX_CHANGES);
      const isShown = before !== undefined && SHOWS[kind](before);
      const begun = update(id, {
        id,
        tenantId,
        change: kind,
        writtenAtMs,
        records,
        ...(probe && { probe: probe.description }),
        ...(before && { answerBefore: describeAnswer(before) }),
        ...(probe === undefined || isShown
          ? { state: "not_watched", note: explainUnwatched(before) }
          : { state: "waiting" }),
      });
      if (probe !== undefined && !isShown) {
        watch(begun, probe.ask).catch((error: unknown) => {
          if (ending.signal.aborted) return;
          update(id, { state: "not_seen", note: String(error) });
        });
      }
      return begun;
    },
    close: () => {
      ending.abort();
    },
  };
}

function describeAnswer({ status, reason }: Entry): string {
  return reason === undefined ? String(status) : `${status} ${reason}`;
}

function explainUnwatched(before: Entry | undefined): string {
  return before === undefined
    ? "none of the records grants a route to ask for, so nothing was watched"
    : "it was answered like this already, so there is nothing to watch for";
}
