import type { StreamRecord } from "../streams/stream-record.ts";
import type { MappingDefinition } from "./mapping-definition.ts";

export interface GivenUpBatch {
  readonly records: readonly StreamRecord[];
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly invokeCount: number;
}

/**
 * What Lambda sends to an on-failure destination: where in the stream the records stand, not what they hold.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html; the id of the last request is left out.
 */
export function buildFailureMessage(
  { functionArn, streamArn }: MappingDefinition,
  { records, condition, invokeCount }: GivenUpBatch,
  nowMs: number,
): string {
  const first = records.at(0)?.dynamodb;
  const last = records.at(-1)?.dynamodb;
  return JSON.stringify({
    requestContext: {
      functionArn,
      condition,
      approximateInvokeCount: invokeCount,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      functionError: "Unhandled",
    },
    version: "1.0",
    timestamp: new Date(nowMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId: SHARD_ID,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: formatStamp(first),
      approximateArrivalOfLastRecord: formatStamp(last),
      batchSize: records.length,
      streamArn,
    },
  });
}

/** The only one there is. */
const SHARD_ID = "shardId-00000001767225600000-00000000";

function formatStamp(
  change: StreamRecord["dynamodb"] | undefined,
): string | undefined {
  return (
    change &&
    new Date(change.ApproximateCreationDateTime * 1000)
      .toISOString()
      .replace(".000Z", "Z")
  );
}
