/** Gateway, function, table, stream and issuer in simulated time: requests go in one after the other, counts come out. */
import { setImmediate } from "node:timers/promises";
import { ASSUMPTIONS } from "./assumptions.ts";
import { createChangeStream } from "./change-stream.ts";
import { type Environment, createEnvironment } from "./environment.ts";
import { createEnvironmentPool } from "./environment-pool.ts";
import { createEventQueue } from "./event-queue.ts";
import { FIRST_KID } from "./issuer.ts";
import { type PerSecond, createPerSecond } from "./per-second.ts";
import { QUOTA_LIMITS } from "./quotas.ts";
import {
  type Answer,
  type ResultCache,
  createResultCache,
} from "./result-cache.ts";
import type { Sizes } from "./sizes.ts";
import { type PolicySizes, createWorld } from "./world.ts";

export interface SimulatedRequest {
  readonly token: number;
  readonly tenant: number;
  /** @default the key that has always been published */
  readonly kid?: string;
}

export interface Platform {
  readonly counts: PerSecond;
  readonly cache: ResultCache;
  readonly nowMs: () => number;
  readonly lastFlushMs: () => number;
  /** Plays all that is due until this moment. */
  readonly advanceTo: (atMs: number) => Promise<void>;
  /** @returns how many milliseconds authorization adds to a request of this moment */
  readonly request: (request: SimulatedRequest) => Promise<number>;
  /** Writes a tenant's row; a moment of now or to come. */
  readonly suspend: (tenant: number, atMs: number) => void;
  /** The issuer's new key; a moment of now or to come. */
  readonly rotate: (atMs: number) => void;
  /** Ends all idle environments. */
  readonly recycle: () => void;
  /** For each suspended tenant, the time to its last allow. */
  readonly lagsMs: () => readonly number[];
  /** How many records each warm environment has cached. */
  readonly records: () => readonly number[];
  readonly policies: () => PolicySizes;
}

const COUNTED_AS = { allow: "allowed", forbid: "forbidden" } as const;

export function createPlatform(
  sizes: Pick<Sizes, "tokens" | "ttlSeconds" | "hasSnapshot" | "seed">,
  seconds: number,
): Platform {
  const counts = createPerSecond(seconds);
  const queue = createEventQueue();
  const world = createWorld(sizes, counts);
  const cache = createResultCache(sizes.tokens, sizes.ttlSeconds);
  const pool = createEnvironmentPool<Environment>(
    {
      concurrent: QUOTA_LIMITS.concurrentEnvironments,
      burst: QUOTA_LIMITS.newEnvironmentsPer10Seconds,
      perSecond: QUOTA_LIMITS.newEnvironmentsPer10Seconds / 10,
      idleMs: ASSUMPTIONS.idleSeconds * 1_000,
      lifetimeMs: ASSUMPTIONS.lifetimeSeconds * 1_000,
    },
    (atMs) => createEnvironment(atMs, world),
  );
  const lagMs = new Map<number, number>();
  let nowMs = 0;
  let lastFlushMs = -Infinity;
  let mustSettle = false;
  const now = (): number => nowMs;
  const stream = createChangeStream(queue, now, {
    onFlush: () => {
      cache.flush(nowMs);
      lastFlushMs = nowMs;
      counts.add("flushes", nowMs);
    },
    onWake: () => {
      mustSettle = true;
    },
  });

  /** An allow after the suspension: the lag is at least that long. */
  function noticeAllow(tenant: number, atMs: number): void {
    const sinceMs = atMs - (world.suspendedAtMs(tenant) ?? Infinity);
    const known = lagMs.get(tenant) ?? 0;
    if (sinceMs > known) lagMs.set(tenant, sinceMs);
  }

  async function invoke(request: Required<SimulatedRequest>): Promise<number> {
    const { token, tenant, kid } = request;
    counts.add("invocations", nowMs);
    const taken = pool.take(nowMs);
    if (taken.kind !== "taken") {
      counts.add("throttled", nowMs);
      // One more than there may be: that is what was asked for.
      if (taken.kind === "over_burst") counts.add("startsWanted", nowMs);
      else counts.raise("mostBusy", nowMs, pool.busy() + 1);
      return 0;
    }
    const { environment, isNew } = taken;
    counts.raise("mostBusy", nowMs, pool.busy());
    if (isNew) {
      counts.add("startsWanted", nowMs);
      counts.add("coldStarts", nowMs);
      await environment.start();
    }
    const { answer, endsAtMs } = await environment.decide(tenant, kid, nowMs);
    countAnswer(answer, tenant, endsAtMs);
    queue.push(endsAtMs, () => {
      pool.giveBack(environment, endsAtMs);
      if (answer !== undefined) cache.store(token, answer, endsAtMs);
    });
    return endsAtMs - nowMs;
  }

  function countAnswer(
    answer: Answer | undefined,
    tenant: number,
    atMs: number,
  ): void {
    if (answer === "allow") noticeAllow(tenant, atMs);
    counts.add(
      answer === undefined ? "couldNotTell" : COUNTED_AS[answer],
      nowMs,
    );
  }

  return {
    counts,
    cache,
    nowMs: now,
    lastFlushMs: () => lastFlushMs,
    async advanceTo(atMs) {
      while (queue.nextAtMs() <= atMs) {
        nowMs = queue.nextAtMs();
        queue.pop()?.();
        if (!mustSettle) continue;
        mustSettle = false;
        await setImmediate();
      }
      nowMs = atMs;
    },
    async request({ token, tenant, kid = FIRST_KID }) {
      counts.add("requests", nowMs);
      const kept = cache.find(token, nowMs);
      if (kept === undefined) return await invoke({ token, tenant, kid });
      countAnswer(kept, tenant, nowMs);
      return 0;
    },
    suspend(tenant, atMs) {
      world.suspend(tenant, atMs);
      lagMs.set(tenant, 0);
      queue.push(atMs, () => {
        stream.suspend(tenant);
      });
    },
    rotate: world.issuer.rotate,
    recycle: pool.recycle,
    lagsMs: () => [...lagMs.values()],
    records: () => pool.idle(nowMs).map((environment) => environment.records()),
    policies: world.policies,
  };
}
