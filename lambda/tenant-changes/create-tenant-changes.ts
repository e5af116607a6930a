/**
 * From changes of the tenant table to flushes of the gateway's authorizer cache, so that a suspension bites within
 * seconds although answers are kept for minutes.
 *
 * Two flushes per change: one at once, and one when no warm authorizer can hold the old record any more, because
 * between the two a warm one may have put an old answer back.
 */
import { isJsonObject, own } from "../core/json.ts";
import { type RowChange, affectsAccess } from "../core/tenant-change.ts";

export interface TenantChangesOptions {
  readonly tenantCacheSeconds: number;
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
  readonly changes: number;
  readonly ignored: number;
  readonly flushes: number;
  /** From the oldest change of the batch to the end of its last flush. */
  readonly revocationLagSeconds: number;
}

/** Resolves when the batch needs nothing more; rejects to have the stream deliver it again. */
export type TenantChangesHandler = (event: unknown) => Promise<void>;

/** An authorizer that read the record just before the change answers within its read budget, and the gateway stores that. */
const IN_FLIGHT_MS = 2_000;
/** Streams stamp changes with whole seconds, so a change may be this much younger than its stamp. */
const STAMP_RESOLUTION_MS = 1_000;

export function createTenantChanges(
  { tenantCacheSeconds }: TenantChangesOptions,
  { flush, sleep, now, report }: TenantChangesDependencies,
): TenantChangesHandler {
  /** When the last successful flush began: it covers every change before it, whichever batch brings that. */
  let flushedAtMs = Number.NEGATIVE_INFINITY;

  /** @returns whether a flush was needed for what happened until then */
  async function flushAfter(momentMs: number): Promise<boolean> {
    if (flushedAtMs > momentMs) return false;
    await sleep(Math.max(0, momentMs - now()));
    const startedAtMs = now();
    await flush();
    flushedAtMs = startedAtMs;
    return true;
  }

  return async (event) => {
    const changes = readChanges(event, now());
    const relevant = changes.filter(affectsAccess);
    if (relevant.length === 0) return;

    const stamps = relevant.map(({ changedAtMs }) => changedAtMs);
    const oldestMs = Math.min(...stamps);
    const newestMs = Math.min(Math.max(...stamps) + STAMP_RESOLUTION_MS, now());
    const first = await flushAfter(newestMs);
    const second = await flushAfter(
      newestMs + tenantCacheSeconds * 1_000 + IN_FLIGHT_MS,
    );
    report({
      changes: relevant.length,
      ignored: changes.length - relevant.length,
      flushes: Number(first) + Number(second),
      revocationLagSeconds: (now() - oldestMs) / 1_000,
    });
  };
}

interface StampedChange extends RowChange {
  readonly changedAtMs: number;
}

/**
 * The changes in a DynamoDB Streams event. A record that cannot be read is a change of unknown content at this
 * moment: it causes a flush, and never an error that would hold up the records behind it.
 */
function readChanges(event: unknown, nowMs: number): readonly StampedChange[] {
  const records = isJsonObject(event) ? own(event, "Records") : undefined;
  return (Array.isArray(records) ? records : [undefined]).map(
    (record: unknown) => {
      const change = isJsonObject(record) ? own(record, "dynamodb") : undefined;
      const stream = isJsonObject(change) ? change : {};
      const seconds = own(stream, "ApproximateCreationDateTime");
      const stampMs =
        typeof seconds === "number" ? seconds * 1_000 : Number.NaN;
      return {
        oldImage: own(stream, "OldImage"),
        newImage: own(stream, "NewImage"),
        changedAtMs: stampMs <= nowMs ? stampMs : nowMs,
      };
    },
  );
}
