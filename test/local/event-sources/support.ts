import { onTestFinished } from "vitest";
import {
  startEventSources,
  type EventSourceNotice,
  type EventSources,
  type EventSourcesOptions,
} from "../../../local/event-sources/event-sources.ts";
import type { InvocationResult } from "../../../local/functions/invocation.ts";
import type { StreamRecord } from "../../../local/streams/stream-record.ts";
import {
  createTableStream,
  type TableStream,
} from "../../../local/streams/table-stream.ts";
import { idOf, stackOf, success, thrown } from "../gateway/support.ts";

export const STREAM_ARN = idOf("Table", "DynamoDB::GlobalTable", "StreamArn");
export const QUEUE_ARN = idOf("Failures", "SQS::Queue", "Arn");

export interface Call {
  /** The rows' names, in order. */
  readonly rows: readonly string[];
  readonly records: readonly StreamRecord[];
  readonly atMs: number;
}

export interface RunningSources extends EventSources {
  readonly stream: TableStream;
  /** Adds one record for each. */
  readonly change: (...rows: readonly string[]) => void;
  readonly calls: readonly Call[];
  readonly notices: readonly EventSourceNotice[];
}

export type Answer = (
  call: Call,
  count: number,
) => InvocationResult | Promise<InvocationResult>;

/** One mapping with these properties; the function fails on whatever batch has the row `poison`, or as told. */
export function start(
  properties: Readonly<Record<string, unknown>> = {},
  answer: Answer = ({ rows }) =>
    rows.includes("poison") ? thrown("poisoned") : success(null),
  options: Partial<EventSourcesOptions> = {},
): RunningSources {
  const calls: Call[] = [];
  const notices: EventSourceNotice[] = [];
  const stream = createTableStream({
    tableName: "tenants",
    arn: STREAM_ARN,
    region: "eu-central-1",
    keyAttributes: ["azp"],
  });
  const sources = startEventSources({
    stack: stackOf({
      Flush: ["Lambda::Function", {}],
      Failures: ["SQS::Queue", {}],
      Mapping: [
        "Lambda::EventSourceMapping",
        {
          FunctionName: idOf("Flush", "Lambda::Function"),
          EventSourceArn: STREAM_ARN,
          StartingPosition: "LATEST",
          ...properties,
        },
      ],
    }),
    streams: new Map([[STREAM_ARN, stream]]),
    invokeFunction: async (logicalId, event) => {
      const { Records: records } = event as { Records: StreamRecord[] };
      const rows = records.map(
        ({ dynamodb }) => (dynamodb.Keys["azp"] as { S: string }).S,
      );
      const call = { rows, records, atMs: performance.now() };
      if (logicalId !== "Flush") throw new Error(logicalId);
      calls.push(call);
      return await answer(call, calls.length);
    },
    onNotice: (notice) => notices.push(notice),
    pauseMs: (failures) => failures * 10,
    ...options,
  });
  onTestFinished(sources.stop);
  return {
    ...sources,
    stream,
    calls,
    notices,
    change: (...rows) => {
      for (const row of rows) {
        const keys = { azp: { S: row } };
        const atMs = Date.now();
        stream.add({ keys, oldImage: undefined, newImage: keys, atMs });
      }
    },
  };
}

export const rowsOf = (
  calls: readonly Call[],
): readonly (readonly string[])[] => calls.map(({ rows }) => rows);
