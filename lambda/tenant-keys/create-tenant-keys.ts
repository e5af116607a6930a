/**
 * Keeps one API key per tenant and plan. Changes of rows come from the table's stream and are acted on within seconds;
 * whatever else invokes the function, as its schedule does, starts a sweep over all of them.
 */
import { isJsonObject, own } from "../core/json.ts";
import type { Sha256 } from "../core/usage-key.ts";
import type { TenantKeysConfig } from "./config.ts";
import { createKeyKeeper, type SeatedRow } from "./keep-keys.ts";
import type { ApiKeys, KeysReport, TenantRows } from "./ports.ts";
import { sweepKeys } from "./sweep-keys.ts";
import { keyNamePrefix, parseTenantRow, seatOf } from "./tenant-row.ts";

export interface TenantKeysDependencies {
  readonly keys: ApiKeys;
  readonly rows: TenantRows;
  readonly sha256: Sha256;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly report: (report: KeysReport) => void;
}

/** Resolves when there is nothing more to do; rejects to have the stream deliver the batch again. */
export type TenantKeysHandler = (
  event: unknown,
  invocation: { readonly getRemainingTimeInMillis: () => number },
) => Promise<void>;

/** For the calls of one row at their slowest, retries included, and the report. */
export const RESERVE_MS = 60_000;

export function createTenantKeys(
  config: TenantKeysConfig,
  { keys, rows, sha256, now, report }: TenantKeysDependencies,
): TenantKeysHandler {
  const seat = (item: unknown): readonly SeatedRow[] => {
    const row = parseTenantRow(item, config.tenantClaim);
    return row === undefined
      ? []
      : [{ row, seat: seatOf(row, config, sha256) }];
  };

  async function keepChanged(records: readonly unknown[]): Promise<KeysReport> {
    const keeper = createKeyKeeper(keys, rows);
    for (const { image, isInsertion } of records.map(readChange)) {
      for (const seated of seat(image)) {
        // A row that comes with a key was copied from somewhere: nobody has made that key for it.
        const isDone = seated.row.usageKey === seated.seat.keyValue;
        if (!isDone || isInsertion) await keeper.keep(seated);
      }
    }
    return { ...keeper.counts, keysRemoved: 0, rowsLeft: 0 };
  }

  return async (event, { getRemainingTimeInMillis }) => {
    const records = isJsonObject(event) ? own(event, "Records") : undefined;
    report(
      Array.isArray(records)
        ? await keepChanged(records)
        : await sweepKeys(
            {
              keyNamePrefix: keyNamePrefix(config),
              planIds: [...config.planIds.values()],
              retireAfterSeconds: config.retireAfterSeconds,
            },
            {
              keys,
              scan: async () => (await rows.scan()).flatMap(seat),
              confirm: rows.confirm,
              now,
              hasTime: () => getRemainingTimeInMillis() > RESERVE_MS,
            },
          ),
    );
  };
}

/** A removal has no new image: its key waits for the sweep. */
function readChange(record: unknown): {
  readonly image: unknown;
  readonly isInsertion: boolean;
} {
  const stream = isJsonObject(record) ? own(record, "dynamodb") : undefined;
  return {
    image: isJsonObject(stream) ? own(stream, "NewImage") : undefined,
    isInsertion: isJsonObject(record) && own(record, "eventName") === "INSERT",
  };
}
