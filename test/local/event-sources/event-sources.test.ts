import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { success, thrown } from "../gateway/support.ts";
import { eventually } from "../functions/fixture-functions.ts";
import { QUEUE_ARN, rowsOf, start, STREAM_ARN } from "./support.ts";

const TO_QUEUE = {
  DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } },
};

test("changes come in order, in batches of the mapping's size, one at a time", async () => {
  let atOnce = 0;
  const { change, calls } = start({ BatchSize: 2 }, async () => {
    atOnce += 1;
    await sleep(20);
    expect(atOnce).toBe(1);
    atOnce -= 1;
    return success(null);
  });
  change("a", "b", "c", "d", "e");
  await eventually(() => calls.length === 3);
  expect(rowsOf(calls)).toEqual([["a", "b"], ["c", "d"], ["e"]]);
});

test("a batch is gathered for the window, which begins with its first change", async () => {
  const { change, calls } = start({ MaximumBatchingWindowInSeconds: 1 });
  await sleep(300);
  const changedAtMs = performance.now();
  change("a");
  await sleep(600);
  change("b");
  await eventually(() => calls.length === 1);
  expect(rowsOf(calls)).toEqual([["a", "b"]]);
  const waitedMs = (calls[0]?.atMs ?? 0) - changedAtMs;
  expect(waitedMs).toBeGreaterThan(990);
  // The first change is found within a poll's 250 ms.
  expect(waitedMs).toBeLessThan(1600);
});

test("a full batch does not wait for the end of the window", async () => {
  const { change, calls } = start({
    BatchSize: 2,
    MaximumBatchingWindowInSeconds: 60,
  });
  change("a", "b", "c");
  await eventually(() => calls.length === 1, 1000);
  expect(rowsOf(calls)).toEqual([["a", "b"]]);
});

test("a batch is full at 6 MB", async () => {
  const { stream, calls } = start({ BatchSize: 1000 });
  const text = "x".repeat(380_000);
  for (let at = 0; at < 20; at += 1) {
    const keys = { azp: { S: String(at) } };
    const newImage = { ...keys, text: { S: text } };
    stream.add({ keys, oldImage: undefined, newImage, atMs: Date.now() });
  }
  await eventually(() => calls.length === 2);
  expect(calls[0]?.records).toHaveLength(16);
  expect(calls[1]?.records).toHaveLength(4);
});

test("a failed batch is tried again, as it was, with growing pauses, and holds up what comes behind it", async () => {
  const { change, calls, notices } = start({}, (_, count) =>
    count < 4 ? thrown("down") : success(null),
  );
  change("a", "b");
  await eventually(() => calls.length === 1);
  change("c");
  await eventually(() => calls.length === 5);
  expect(rowsOf(calls)).toEqual([
    ["a", "b"],
    ["a", "b"],
    ["a", "b"],
    ["a", "b"],
    ["c"],
  ]);
  const pauses = notices.flatMap((notice) =>
    notice.kind === "failed" ? [notice.pauseMs] : [],
  );
  expect(pauses).toEqual([10, 20, 30]);
});

test("a function that cannot be reached fails the batch as one that throws", async () => {
  const { change, calls } = start({}, (_, count) =>
    count === 1 ? Promise.reject(new Error("no such code")) : success(null),
  );
  change("a");
  await eventually(() => calls.length === 2);
});

test("after the last retry the batch is given up, told to the queue, and the next one comes", async () => {
  const { change, calls, queues, notices } = start({
    ...TO_QUEUE,
    MaximumRetryAttempts: 2,
  });
  change("a", "poison");
  await eventually(() => calls.length === 3);
  change("b");
  await eventually(() => calls.length === 4);
  expect(rowsOf(calls).at(-1)).toEqual(["b"]);
  const [queue] = queues;
  expect(queue?.messages).toHaveLength(1);
  const [first, last] = calls[0]?.records ?? [];
  expect(JSON.parse(queue?.messages[0] ?? "")).toMatchObject({
    requestContext: {
      functionArn: expect.stringContaining(":function:") as string,
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: 3,
    },
    version: "1.0",
    DDBStreamBatchInfo: {
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      batchSize: 2,
      streamArn: STREAM_ARN,
    },
  });
  // Where the records stand, not what they hold: no row gets into a queue's message.
  expect(queue?.messages[0]).not.toContain("poison");
  expect(notices.map(({ kind }) => kind)).toContain("given_up");
});

test("without a destination a batch is given up all the same", async () => {
  const { change, calls, queues } = start({ MaximumRetryAttempts: 0 });
  change("poison");
  await eventually(() => calls.length === 1);
  change("a");
  await eventually(() => calls.length === 2);
  expect(queues[0]?.messages).toEqual([]);
});

test("splitting finds the one record that fails, keeps the order, and counts as no retry", async () => {
  const { change, calls, queues } = start({
    ...TO_QUEUE,
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
  });
  change("a", "b", "c", "poison", "e");
  await eventually(() => queues[0]?.messages.length === 1);
  await eventually(() => calls.at(-1)?.rows[0] === "e");
  expect(rowsOf(calls)).toEqual([
    ["a", "b", "c", "poison", "e"],
    ["a", "b", "c"],
    ["poison", "e"],
    ["poison"],
    ["poison"],
    ["e"],
  ]);
  expect(JSON.parse(queues[0]?.messages[0] ?? "")).toMatchObject({
    DDBStreamBatchInfo: { batchSize: 1 },
  });
});

test("records that have grown too old are given up, and the younger ones of the batch are not", async () => {
  let nowMs = Date.now();
  const { stream, calls, queues } = start(
    { ...TO_QUEUE, MaximumRecordAgeInSeconds: 60 },
    (_, count) => {
      if (count > 1) return success(null);
      nowMs += 50_000;
      return thrown("down");
    },
    { now: () => nowMs },
  );
  const add = (row: string, ageMs: number): void => {
    const keys = { azp: { S: row } };
    const atMs = nowMs - ageMs;
    stream.add({ keys, oldImage: undefined, newImage: keys, atMs });
  };
  add("old", 30_000);
  add("young", 0);
  await eventually(() => calls.length === 2);
  expect(rowsOf(calls)).toEqual([["old", "young"], ["young"]]);
  expect(JSON.parse(queues[0]?.messages[0] ?? "")).toMatchObject({
    requestContext: { condition: "RecordAgeExceeded" },
    DDBStreamBatchInfo: { batchSize: 1 },
  });
});

test("a partial failure goes on at the lowest record that it names", async () => {
  const { change, calls } = start(
    { FunctionResponseTypes: ["ReportBatchItemFailures"] },
    ({ records }, count) =>
      success({
        batchItemFailures:
          count === 1
            ? [records[2], records[1]].map((record) => ({
                itemIdentifier: record?.dynamodb.SequenceNumber,
              }))
            : [],
      }),
  );
  change("a", "b", "c");
  await eventually(() => calls.length === 2);
  expect(rowsOf(calls)).toEqual([
    ["a", "b", "c"],
    ["b", "c"],
  ]);
});

test.each([
  { name: "an unknown record", payload: [{ itemIdentifier: "1" }] },
  { name: "an entry without a name", payload: [{}] },
  { name: "text in the place of a list", payload: "all" },
])("$name in a partial failure fails the whole batch", async ({ payload }) => {
  const { change, calls } = start(
    { FunctionResponseTypes: ["ReportBatchItemFailures"] },
    (_, count) =>
      success(count === 1 ? { batchItemFailures: payload } : undefined),
  );
  change("a", "b");
  await eventually(() => calls.length === 2);
  expect(rowsOf(calls)).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
});

test("a mapping that does not ask for partial failures takes any answer for success", async () => {
  const { change, calls } = start({}, ({ records }) =>
    success({
      batchItemFailures: [
        { itemIdentifier: records[0]?.dynamodb.SequenceNumber },
      ],
    }),
  );
  change("a");
  await eventually(() => calls.length === 1);
  change("b");
  await eventually(() => calls.length === 2);
  expect(rowsOf(calls)).toEqual([["a"], ["b"]]);
});

test("pending counts what waits and what a function has", async () => {
  const gate = Promise.withResolvers<undefined>();
  const { change, calls, pending } = start({ BatchSize: 2 }, async () => {
    await gate.promise;
    return success(null);
  });
  change("a", "b", "c");
  await eventually(() => calls.length === 1);
  expect(pending()).toBe(3);
  gate.resolve(undefined);
  await eventually(() => pending() === 0);
});

test("pending counts what is being gathered", async () => {
  const { change, calls, pending } = start({
    MaximumBatchingWindowInSeconds: 1,
  });
  change("a");
  while (calls.length === 0) {
    expect(pending()).toBe(1);
    await sleep(20);
  }
  await eventually(() => pending() === 0);
});

test("nothing is delivered, tried again or told after the end", async () => {
  const { change, calls, notices, stop } = start({}, async () => {
    await sleep(50);
    return thrown("down");
  });
  change("a");
  await eventually(() => calls.length === 1);
  stop();
  change("b");
  await sleep(400);
  expect(calls).toHaveLength(1);
  expect(notices.map(({ kind }) => kind)).toEqual(["delivered"]);
});

test("a mapping that is not enabled delivers nothing", async () => {
  const { change, calls } = start({ Enabled: false });
  change("a");
  await sleep(400);
  expect(calls).toEqual([]);
});

test.each([
  { properties: { FilterCriteria: { Filters: [] } }, says: "FilterCriteria" },
  { properties: { ParallelizationFactor: 2 }, says: "ParallelizationFactor" },
  { properties: { TumblingWindowInSeconds: 5 }, says: "TumblingWindow" },
  { properties: { StartingPosition: "AT_TIMESTAMP" }, says: "AT_TIMESTAMP" },
  { properties: { FunctionResponseTypes: ["All"] }, says: "All" },
  { properties: { FunctionName: "nobody" }, says: "FunctionName nobody" },
  {
    properties: { EventSourceArn: "arn:aws:kinesis:a:b:stream/c" },
    says: "is no stream of a table",
  },
  {
    properties: {
      DestinationConfig: { OnFailure: { Destination: "arn:aws:sns:a:b:c" } },
    },
    says: "is no queue of this stack",
  },
])("refuses $says at start", ({ properties, says }) => {
  expect(() => start(properties)).toThrow(
    new RegExp(`EventSourceMapping Mapping.*${says}`),
  );
});
