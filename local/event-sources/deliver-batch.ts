/** Hands a batch to the function until it is done or given up, as Lambda does for streams. */
import type { InvocationResult } from "../functions/invocation.ts";
import type { StreamRecord } from "../streams/stream-record.ts";
import { judgeResult } from "./batch-result.ts";
import type { GivenUpBatch } from "./failure-message.ts";
import type { MappingDefinition } from "./mapping-definition.ts";

export interface DeliveryDependencies {
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
  readonly giveUp: (batch: GivenUpBatch) => void;
  /** Rejects when the run ends. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onAttempt: (records: number) => void;
  readonly onFailure: (failure: FailedAttempt) => void;
  /** Before the retry that follows so many failures. */
  readonly pauseMs: (failures: number) => number;
}

export interface FailedAttempt {
  readonly reason: string;
  /** Those that are not done. */
  readonly records: number;
  readonly next: "retry" | "split" | "give_up";
  /** Before the next attempt. */
  readonly pauseMs: number;
}

interface Batch {
  readonly records: readonly StreamRecord[];
  /** How often the function has failed at its first record, as part of a batch of this size. */
  readonly failures: number;
}

export function createDelivery(
  mapping: MappingDefinition,
  dependencies: DeliveryDependencies,
): (records: readonly StreamRecord[]) => Promise<void> {
  const { giveUp, now, sleep } = dependencies;
  return deliver;

  async function deliver(records: readonly StreamRecord[]): Promise<void> {
    let batches: readonly Batch[] = [{ records, failures: 0 }];
    for (;;) {
      const [batch, ...others] = batches;
      if (batch === undefined) return;
      batches = [...(await attempt(batch)), ...others];
    }
  }

  /** @returns what is left of the batch, in order */
  async function attempt(batch: Batch): Promise<readonly Batch[]> {
    const records = leaveOld(batch);
    if (records.length === 0) return [];
    dependencies.onAttempt(records.length);
    const result = judgeResult(
      await dependencies.invoke({ Records: records }),
      records,
      mapping.reportsItemFailures,
    );
    if (result.kind === "done") return [];

    const { from, reason } = result;
    const left = records.slice(from);
    const failures = from === 0 ? batch.failures + 1 : 1;
    const notice = { reason, records: left.length, pauseMs: 0 };
    if (mapping.bisects && from === 0 && left.length > 1) {
      dependencies.onFailure({ ...notice, next: "split" });
      const middle = Math.ceil(left.length / 2);
      // Splitting does not count as a retry.
      return [
        { records: left.slice(0, middle), failures: 0 },
        { records: left.slice(middle), failures: 0 },
      ];
    }
    if (failures > mapping.maxRetryAttempts) {
      dependencies.onFailure({ ...notice, next: "give_up" });
      giveUp({
        records: left,
        condition: "RetryAttemptsExhausted",
        invokeCount: failures,
      });
      return [];
    }
    const pauseMs = dependencies.pauseMs(failures);
    dependencies.onFailure({ ...notice, next: "retry", pauseMs });
    await sleep(pauseMs);
    return [{ records: left, failures }];
  }

  /** Gives up what is too old, and returns the rest. */
  function leaveOld({ records, failures }: Batch): readonly StreamRecord[] {
    const oldestMs = now() - mapping.maxRecordAgeMs;
    const isOld = ({ dynamodb }: StreamRecord): boolean =>
      dynamodb.ApproximateCreationDateTime * 1000 < oldestMs;
    const old = records.filter(isOld);
    if (old.length > 0) {
      giveUp({
        records: old,
        condition: "RecordAgeExceeded",
        invokeCount: failures,
      });
    }
    return records.filter((record) => !isOld(record));
  }
}
