/** Lambda's event source mappings: reads each stream of a table that the template maps to a function, and invokes it. */
import { setTimeout as sleepUntil } from "node:timers/promises";
import type {
  InvocationResult,
  InvokeFunction,
} from "../functions/invocation.ts";
import { templateError } from "../gateway/template-properties.ts";
import type { SynthesizedStack } from "../stack.ts";
import type { TableStream } from "../streams/table-stream.ts";
import { createDelivery, type FailedAttempt } from "./deliver-batch.ts";
import { buildFailureMessage, type GivenUpBatch } from "./failure-message.ts";
import { gatherBatch } from "./gather-batch.ts";
import { readMappings, type MappingDefinition } from "./mapping-definition.ts";
import { createQueues, type LocalQueue } from "./queues.ts";

export interface EventSources {
  /** Every SQS queue of the template. */
  readonly queues: readonly LocalQueue[];
  /** Records that are waiting, or with a function. */
  readonly pending: () => number;
  /** Does not wait for invocations under way. */
  readonly stop: () => void;
}

export type EventSourceNotice = NoticeContent & {
  readonly tableName: string;
  readonly functionLogicalId: string;
};

type NoticeContent =
  | { readonly kind: "delivered"; readonly records: number }
  | ({ readonly kind: "failed" } & FailedAttempt)
  | {
      readonly kind: "given_up";
      readonly records: number;
      readonly condition: GivenUpBatch["condition"];
      /** Where the message went. */
      readonly queue: string | undefined;
    };

export interface EventSourcesOptions {
  readonly stack: SynthesizedStack;
  /** By ARN. */
  readonly streams: ReadonlyMap<string, TableStream>;
  readonly invokeFunction: InvokeFunction;
  readonly onNotice?: (notice: EventSourceNotice) => void;
  /** Before the retry that follows so many failures. @default doubling from 1 s to a minute */
  readonly pauseMs?: (failures: number) => number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

interface RunningMapping {
  readonly pending: () => number;
  readonly close: () => void;
}

/** Throws when a mapping has something that would have to be ignored. */
export function startEventSources(options: EventSourcesOptions): EventSources {
  const queues = createQueues(options.stack);
  const ending = new AbortController();
  const sources = readMappings(options.stack).map((mapping) => ({
    mapping,
    ...findSource(mapping, options.streams, queues),
  }));
  const running = sources.map(({ mapping, stream, queue }) =>
    startMapping(mapping, stream, queue, ending.signal, options),
  );
  return {
    queues,
    pending: () => running.reduce((sum, { pending }) => sum + pending(), 0),
    stop: () => {
      ending.abort();
      for (const { close } of running) close();
    },
  };
}

function findSource(
  { logicalId, streamArn, onFailure }: MappingDefinition,
  streams: ReadonlyMap<string, TableStream>,
  queues: readonly LocalQueue[],
): { readonly stream: TableStream; readonly queue: LocalQueue | undefined } {
  const where = `EventSourceMapping ${logicalId}`;
  const stream = streams.get(streamArn);
  if (stream === undefined) {
    throw templateError(
      where,
      `EventSourceArn ${streamArn} is no stream of a table of this stack`,
    );
  }
  const queue = queues.find(({ arn }) => arn === onFailure);
  if (onFailure !== undefined && queue === undefined) {
    throw templateError(
      where,
      `the destination ${onFailure} is no queue of this stack`,
    );
  }
  return { stream, queue };
}

function startMapping(
  mapping: MappingDefinition,
  stream: TableStream,
  queue: LocalQueue | undefined,
  signal: AbortSignal,
  options: EventSourcesOptions,
): RunningMapping {
  const { now = Date.now, pauseMs = doublePause } = options;
  const { functionLogicalId } = mapping;
  const { tableName } = stream;
  const reader = stream.openReader();
  let underWay = 0;

  const notify = (notice: NoticeContent): void => {
    // What is broken off at the end of a run is no failure.
    if (signal.aborted) return;
    options.onNotice?.({ tableName, functionLogicalId, ...notice });
  };
  const sleep = (ms: number): Promise<void> =>
    sleepUntil(ms, undefined, { signal });
  const deliver = createDelivery(mapping, {
    sleep,
    now,
    pauseMs,
    invoke: async (event) => {
      const result = await options
        .invokeFunction(functionLogicalId, event)
        .catch(describeRejection);
      signal.throwIfAborted();
      return result;
    },
    onAttempt: (records) => {
      notify({ kind: "delivered", records });
    },
    onFailure: (failure) => {
      notify({ kind: "failed", ...failure });
    },
    giveUp: (batch) => {
      queue?.send(buildFailureMessage(mapping, batch, now()));
      const { condition, records } = batch;
      notify({
        kind: "given_up",
        condition,
        records: records.length,
        queue: queue?.name,
      });
    },
  });

  async function run(): Promise<void> {
    for (;;) {
      const records = await gatherBatch(mapping, reader, sleep, () => {
        underWay += 1;
      });
      await deliver(records);
      underWay = 0;
    }
  }
  run().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return { pending: () => reader.count() + underWay, close: reader.close };
}

/** A function that cannot even be started must not end the run. */
function describeRejection(error: unknown): InvocationResult {
  return {
    kind: "error",
    errorType: "InvocationFailed",
    errorMessage: String(error),
    coldStart: false,
    durationMs: 0,
  };
}

function doublePause(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** (failures - 1));
}
