/**
 * From changes of the tenant table to flushes of the gateway's authorizer cache, so that a suspension bites within
 * seconds although answers are kept for minutes.
 *
 * A change is flushed for at once, and again when it has settled: when no warm authorizer can hold the old record any
 * more, since until then one may have put an old answer back. The batch is held until its last change has settled, and
 * what changes meanwhile comes with the next batch: so an import causes a few flushes, however many rows it writes.
 */
import { isJsonObject, own } from "../core/json.ts";
import {
  type RowChange,
  affectsAccess,
  changesUsageKeyAlone,
} from "../core/tenant-change.ts";

export interface TenantChangesOptions {
  /** How long an authorizer uses a record without reading it again. */
  readonly tenantCacheSeconds: number;
  /**
   * Whether a record may be of another region's write. When its stamp was made is not documented then: were it the
   * other region's, a record that replication held up would seem settled on arrival, and an authorizer that read the
   * old row a moment before could put its old answer back after the only flush. So such a change counts from its
   * arrival.
   */
  readonly tableMayHaveReplicas: boolean;
}

export interface TenantChangesDependencies {
  /** Empties the stage's authorizer cache. Rejects when that could not be done. */
  readonly flush: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly report: (report: FlushReport) => void;
}

/** What one batch of stream records came to. */
export interface FlushReport {
  /** Records that may have changed an answer. */
  readonly changes: number;
  /** Records that changed `meta` alone. */
  readonly ignored: number;
  /** Of this batch; none when those of an earlier batch came late enough. */
  readonly flushes: number;
  /** The longest that any change took, from its stamp to the end of the flush after it had settled. */
  readonly revocationLagSeconds: number;
}

/** Resolves when the batch needs nothing more; rejects to have the stream deliver it again. */
export type TenantChangesHandler = (event: unknown) => Promise<void>;

/**
 * After a record has been forgotten: an authorizer that used it at the last moment still has to answer (1 s, most of
 * it the read of a record that changed meanwhile), and its clock, DynamoDB's and ours may differ (1 s).
 */
export const IN_FLIGHT_MS = 2_000;
/** Streams round their stamps down to whole seconds (API reference, `ApproximateCreationDateTime`). */
export const STAMP_RESOLUTION_MS = 1_000;
/** What has settled waits this long for what is about to, before both are flushed for. */
export const GATHERING_MS = 1_500;

interface Flush {
  /** It covers what had happened, or settled, before this moment, whichever batch brings that. */
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

export function createTenantChanges(
  { tenantCacheSeconds, tableMayHaveReplicas }: TenantChangesOptions,
  { flush, sleep, now, report }: TenantChangesDependencies,
): TenantChangesHandler {
  const settlingMs = tenantCacheSeconds * 1_000 + IN_FLIGHT_MS;
  /** The last successful one. */
  let last: Flush | undefined;
  let flushesOfBatch = 0;

  /** A flush that began after this moment: the last one if it did, or else a new one. */
  async function flushAfter(momentMs: number): Promise<Flush> {
    // One from the future was made before the clock was set back: nobody knows what it covers.
    if (
      last !== undefined &&
      last.beganAtMs > momentMs &&
      last.beganAtMs <= now()
    ) {
      return last;
    }
    await sleep(Math.max(0, momentMs - now()) + 1);
    const beganAtMs = now();
    await flush();
    flushesOfBatch += 1;
    last = { beganAtMs, endedAtMs: now() };
    return last;
  }

  /** @returns the longest that a change took, in milliseconds */
  async function flushAsTheySettle(
    changes: readonly StampedChange[],
  ): Promise<number> {
    let longestMs = 0;
    let pending = changes.toSorted((a, b) => a.latestMs - b.latestMs);
    for (
      let newest = pending.at(-1);
      newest !== undefined;
      newest = pending.at(-1)
    ) {
      const urgent = pending.find(({ canWait }) => !canWait) ?? newest;
      const { beganAtMs, endedAtMs } = await flushAfter(
        settlingMs + Math.min(urgent.latestMs + GATHERING_MS, newest.latestMs),
      );
      const isSettled = ({ latestMs }: StampedChange): boolean =>
        latestMs + settlingMs < beganAtMs;
      for (const { changedAtMs } of pending.filter(isSettled)) {
        longestMs = Math.max(longestMs, endedAtMs - changedAtMs);
      }
      pending = pending.filter((change) => !isSettled(change));
    }
    return longestMs;
  }

  return async (event) => {
    const changes = readChanges(event, now(), !tableMayHaveReplicas);
    const relevant = changes.filter(affectsAccess);
    if (relevant.length === 0) return;

    flushesOfBatch = 0;
    // A new usage key opens and closes nothing: one flush, when the authorizers know it, is enough.
    if (!relevant.every(changesUsageKeyAlone)) {
      await flushAfter(Math.max(...relevant.map(({ latestMs }) => latestMs)));
    }
    const longestMs = await flushAsTheySettle(relevant);
    report({
      changes: relevant.length,
      ignored: changes.length - relevant.length,
      flushes: flushesOfBatch,
      revocationLagSeconds: longestMs / 1_000,
    });
  };
}

interface StampedChange extends RowChange {
  readonly changedAtMs: number;
  /** It happened no later. */
  readonly latestMs: number;
  /** A new row only lets somebody in, and a new usage key nobody: that may wait for the end of an import. */
  readonly canWait: boolean;
}

/**
 * The changes in a DynamoDB Streams event. A record that cannot be read is a change of unknown content at this
 * moment: it causes a flush, and never an error that would hold up the records behind it.
 */
function readChanges(
  event: unknown,
  nowMs: number,
  isStampTrusted: boolean,
): readonly StampedChange[] {
  const records = isJsonObject(event) ? own(event, "Records") : undefined;
  return (Array.isArray(records) ? records : [undefined]).map((record) =>
    readChange(isJsonObject(record) ? record : {}, nowMs, isStampTrusted),
  );
}

function readChange(
  record: Readonly<Record<string, unknown>>,
  nowMs: number,
  isStampTrusted: boolean,
): StampedChange {
  const stream = own(record, "dynamodb");
  const change = isJsonObject(stream) ? stream : {};
  const seconds = own(change, "ApproximateCreationDateTime");
  const stampMs = typeof seconds === "number" ? seconds * 1_000 : Number.NaN;
  // A stamp from the future is the other clock's being ahead: what has arrived has happened.
  const changedAtMs = stampMs <= nowMs ? stampMs : nowMs;
  const images = {
    oldImage: own(change, "OldImage"),
    newImage: own(change, "NewImage"),
  };
  return {
    ...images,
    changedAtMs,
    latestMs: isStampTrusted
      ? Math.min(changedAtMs + STAMP_RESOLUTION_MS, nowMs)
      : nowMs,
    canWait:
      own(record, "eventName") === "INSERT" || changesUsageKeyAlone(images),
  };
}
