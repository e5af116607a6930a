/** Plays a schedule on the local run: the real template, the bundled functions in processes of their own, over HTTP. */
import { setTimeout as sleep } from "node:timers/promises";
import { ownProperty } from "../../../local/json.ts";
import { type LocalRun, startLocalRun } from "../../../local/local-run.ts";
import { putRow, setStatus } from "../../suspension/drill-tenants.ts";
import { type Counts, subtract } from "./counts.ts";
import type { PlayedPhase } from "./replay.ts";
import {
  type Before,
  type Schedule,
  isOfNewKey,
  tenantOf,
} from "./schedule.ts";

export interface LocalPlay {
  readonly played: readonly PlayedPhase[];
  readonly counts: readonly Counts[];
}

/**
 * Each table read is held back for this long, so that a decision's log line shows whether there was one: a record from
 * the cache takes microseconds.
 */
const READ_DELAY_MS = 60;
/** A slow machine sends fewer of a phase's requests: no record comes of age (5 s) between the first and the last. */
const MAX_PHASE_MS = 3_500;
/** Longer than a batch is gathered, and than the simulated stream is behind the local one. */
const QUIET_MS = 3_000;
/** A change is flushed for at once, and again when it has settled. */
const FLUSHES_PER_CHANGE = 2;

const tenantIdOf = (tenant: number): string => `scale-${tenant}`;

export async function playLocally(schedule: Schedule): Promise<LocalPlay> {
  const tally = { decisions: 0, reads: 0 };
  const run = await startLocalRun({
    context: { cacheTtlSeconds: schedule.ttlSeconds },
    onFunctionLog: ({ line }) => {
      const recordMs = findRecordMs(line);
      if (recordMs === undefined) return;
      tally.decisions += 1;
      if (recordMs >= READ_DELAY_MS) tally.reads += 1;
    },
  });
  try {
    await waitForFlushes(run, async () => {
      for (let tenant = 0; tenant < schedule.tenants; tenant += 1) {
        await putRow(run, tenantIdOf(tenant));
      }
    });
    run.table.setDelayMs(READ_DELAY_MS);
    return await play(run, schedule, tally);
  } finally {
    await run.stop();
  }
}

/** From a decision's log line: how long it took to get the record. */
export function findRecordMs(line: string): number | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    const message = ownProperty(entry, "message") ?? entry;
    const recordMs = ownProperty(ownProperty(message, "stepsMs"), "record");
    return typeof recordMs === "number" ? recordMs : undefined;
  } catch {
    // Another line that begins with a brace: none of the decision log's.
    return undefined;
  }
}

async function play(
  run: LocalRun,
  schedule: Schedule,
  tally: { readonly decisions: number; readonly reads: number },
): Promise<LocalPlay> {
  const mint = createMint(run);
  // Minted before the clock runs; those of the new key when there is one.
  const tokens = await Promise.all(
    Array.from({ length: schedule.tokens }, (_, token) =>
      isOfNewKey(token) ? Promise.resolve("") : mint(token),
    ),
  );
  const statuses: number[] = [];
  const flushesBefore = run.controlPlane.flushes.length;
  const logBefore = run.accessLog.length;
  const startedAtMs = performance.now();
  const now = (): number => performance.now() - startedAtMs;
  const count = (): Counts => {
    const entries = run.accessLog.slice(logBefore);
    const invoked = entries.flatMap(({ authorizer }) => authorizer ?? []);
    return {
      requests: entries.length,
      invocations: invoked.length,
      coldStarts: invoked.filter(({ coldStart }) => coldStart).length,
      reads: tally.reads,
      jwksFetches: run.issuer.countKeyFetches(),
      flushes: run.controlPlane.flushes.length - flushesBefore,
      allowed: statuses.filter((status) => status === 200).length,
      forbidden: statuses.filter((status) => status === 403).length,
      couldNotTell: statuses.filter((status) => status >= 500).length,
    };
  };

  async function prepare(step: Before): Promise<void> {
    switch (step.kind) {
      case "pause":
        await sleep(step.ms);
        return;
      case "recycle":
        await run.functions.recycle();
        return;
      case "rotate":
        // Twice, because the next key has been published all along.
        await run.issuer.rotateKey();
        await run.issuer.rotateKey();
        for (let token = 0; token < schedule.tokens; token += 1) {
          if (isOfNewKey(token)) tokens[token] = await mint(token);
        }
        return;
      case "suspend": {
        const clientId = clientIdOf(step.tenant);
        await waitForFlushes(run, () =>
          setStatus(run, { clientId }, "suspended"),
        );
      }
    }
  }

  const played: PlayedPhase[] = [];
  const counts: Counts[] = [];
  for (const phase of schedule.phases) {
    const start = count();
    const beforeAtMs: number[] = [];
    for (const step of phase.before) {
      beforeAtMs.push(now());
      await prepare(step);
    }
    const requestsAtMs: number[] = [];
    const endsAtMs = now() + MAX_PHASE_MS;
    for (const token of phase.tokens) {
      if (requestsAtMs.length > 0 && now() >= endsAtMs) break;
      requestsAtMs.push(now());
      const tenantId = tenantIdOf(tenantOf(token));
      const response = await fetch(
        `${run.endpoints.gateway}/${tenantId}/orders`,
        { headers: { authorization: `Bearer ${tokens[token] ?? ""}` } },
      );
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    await waitForLog(run, logBefore + statuses.length, count, tally);
    played.push({ beforeAtMs, requestsAtMs });
    counts.push(subtract(count(), start));
  }
  return { played, counts };
}

/** Changes rows, and waits for the flushes that follow and until nothing has happened for a while. */
async function waitForFlushes(
  run: LocalRun,
  change: () => Promise<void>,
): Promise<void> {
  const { controlPlane, eventSources } = run;
  const enough = controlPlane.flushes.length + FLUSHES_PER_CHANGE;
  const givesUpAtMs = performance.now() + 60_000;
  await change();
  let flushes = controlPlane.flushes.length;
  let quietSinceMs = performance.now();
  while (flushes < enough || performance.now() - quietSinceMs < QUIET_MS) {
    if (performance.now() > givesUpAtMs) {
      throw new Error("no two flushes, or no end of them, within a minute");
    }
    await sleep(50);
    if (eventSources.pending() > 0 || controlPlane.flushes.length > flushes) {
      quietSinceMs = performance.now();
    }
    flushes = controlPlane.flushes.length;
  }
}

const clientIdOf = (tenant: number): string => `client-${tenantIdOf(tenant)}`;

/** An access-log entry is written when its answer has been sent, and a function's line takes its way through a pipe. */
async function waitForLog(
  run: LocalRun,
  entries: number,
  count: () => Counts,
  tally: { readonly decisions: number },
): Promise<void> {
  const givesUpAtMs = performance.now() + 10_000;
  while (
    run.accessLog.length < entries ||
    tally.decisions < count().invocations - count().couldNotTell
  ) {
    if (performance.now() > givesUpAtMs) {
      throw new Error("the local run's log has fewer lines than requests");
    }
    await sleep(20);
  }
}

function createMint(run: LocalRun): (token: number) => Promise<string> {
  const [application] = run.endpoints.tenants;
  return (token) => {
    const clientId = clientIdOf(tenantOf(token));
    return run.issuer.mint({
      clientId: application?.clientId ?? "",
      // The issuer does not know the application; the authorizer asks the table alone.
      claims: { azp: clientId, sub: `${clientId}@clients`, jti: `${token}` },
    });
  };
}
