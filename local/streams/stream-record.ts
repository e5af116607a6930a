/** One record of a DynamoDB stream, in the form in which Lambda hands it to a function. */
import { randomBytes } from "node:crypto";
import { sizeOf, type WireItem } from "./attribute-values.ts";

export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly eventVersion: "1.1";
  readonly eventSource: "aws:dynamodb";
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Whole seconds since the epoch, rounded down. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: WireItem;
    readonly NewImage?: WireItem;
    readonly OldImage?: WireItem;
    /** Grows from record to record, as text too. */
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: "NEW_AND_OLD_IMAGES";
  };
  readonly eventSourceARN: string;
}

export interface ItemChange {
  readonly keys: WireItem;
  /** Absent before an insert. */
  readonly oldImage: WireItem | undefined;
  /** Absent after a removal. */
  readonly newImage: WireItem | undefined;
  readonly atMs: number;
}

export function buildStreamRecord(
  { keys, oldImage, newImage, atMs }: ItemChange,
  stream: { readonly arn: string; readonly region: string },
  sequence: number,
): StreamRecord {
  return {
    eventID: randomBytes(16).toString("hex"),
    eventName:
      oldImage === undefined
        ? "INSERT"
        : newImage === undefined
          ? "REMOVE"
          : "MODIFY",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: stream.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(atMs / 1000),
      Keys: keys,
      ...(newImage && { NewImage: newImage }),
      ...(oldImage && { OldImage: oldImage }),
      // 21 digits, as DynamoDB's own begin.
      SequenceNumber: `1${String(sequence).padStart(20, "0")}`,
      SizeBytes: [keys, newImage, oldImage].reduce(
        (bytes, item) => bytes + (item ? sizeOf(item) : 0),
        0,
      ),
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: stream.arn,
  };
}
