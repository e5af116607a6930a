import type { StreamRecord } from "../streams/stream-record.ts";
import type { StreamReader } from "../streams/table-stream.ts";
import type { MappingDefinition } from "./mapping-definition.ts";

/** Lambda polls a shard four times a second (developer guide, "Using Lambda with DynamoDB"). */
export const POLL_INTERVAL_MS = 250;
/** The most that an invocation's payload holds. */
const MAX_BATCH_BYTES = 6 * 1024 * 1024;

/**
 * Polls until a batch is full or its window is over, which begins when the first record is found.
 *
 * @param onTake called for each record that is waiting no more
 * @returns at least one record
 */
export async function gatherBatch(
  {
    batchSize,
    batchingWindowMs,
  }: Pick<MappingDefinition, "batchSize" | "batchingWindowMs">,
  reader: StreamReader,
  sleep: (ms: number) => Promise<void>,
  onTake: () => void,
): Promise<readonly StreamRecord[]> {
  const records: StreamRecord[] = [];
  let bytes = 0;
  let endsAtMs = Infinity;
  for (;;) {
    for (;;) {
      const next = reader.peek();
      if (next === undefined) break;
      bytes += Buffer.byteLength(JSON.stringify(next));
      const isFull =
        records.length === batchSize ||
        (bytes > MAX_BATCH_BYTES && records.length > 0);
      if (isFull) return records;
      records.push(next);
      reader.take();
      onTake();
    }
    const nowMs = performance.now();
    if (records.length > 0) {
      endsAtMs = Math.min(endsAtMs, nowMs + batchingWindowMs);
    }
    if (records.length === batchSize || nowMs >= endsAtMs) return records;
    await sleep(Math.min(POLL_INTERVAL_MS, endsAtMs - nowMs));
  }
}
