import type { InvocationResult } from "../functions/invocation.ts";
import { ownProperty } from "../json.ts";
import type { StreamRecord } from "../streams/stream-record.ts";

/** How far a function got with a batch. */
export type BatchResult =
  | { readonly kind: "done" }
  | {
      readonly kind: "failed";
      /** Records before this one are done. */
      readonly from: number;
      readonly reason: string;
    };

/**
 * Reads what a function returned, by `ReportBatchItemFailures` if the mapping has it: the lowest sequence number is
 * where to go on; what does not name a record of the batch fails the whole of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function judgeResult(
  result: InvocationResult,
  records: readonly StreamRecord[],
  reportsItemFailures: boolean,
): BatchResult {
  if (result.kind === "error") {
    const { errorType, errorMessage } = result;
    return { kind: "failed", from: 0, reason: `${errorType}: ${errorMessage}` };
  }
  const failures = reportsItemFailures
    ? (ownProperty(result.payload, "batchItemFailures") ?? [])
    : [];
  const malformed = (): BatchResult => ({
    kind: "failed",
    from: 0,
    reason: "its batchItemFailures are malformed",
  });
  if (!Array.isArray(failures)) return malformed();
  if (failures.length === 0) return { kind: "done" };
  const positions = failures.map((failure: unknown) => {
    const identifier = ownProperty(failure, "itemIdentifier");
    return records.findIndex(
      ({ dynamodb }) => dynamodb.SequenceNumber === identifier,
    );
  });
  const from = Math.min(...positions);
  return from < 0
    ? malformed()
    : { kind: "failed", from, reason: "it reported failed records" };
}
