import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { StreamRecord } from "../../../local/streams/stream-record.ts";
import { eventually } from "../functions/fixture-functions.ts";
import {
  createClient,
  row,
  startFixtureTable,
  STREAM_ARN,
  TABLE,
  type FixtureTable,
  type Row,
} from "./fixture-table.ts";

let fixture: FixtureTable;
beforeAll(async () => {
  fixture = await startFixtureTable();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  await fixture.drain();
});

const put = (Item: Row) =>
  fixture.client.send(new PutItemCommand({ TableName: TABLE, Item }));

const setStatus = (azp: string, status: string, condition?: string) =>
  fixture.client.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { azp: { S: azp } },
      UpdateExpression: "SET #status = :status",
      ...(condition && { ConditionExpression: condition }),
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":status": { S: status } },
    }),
  );

const describeRecord = ({ eventName, dynamodb }: StreamRecord) => ({
  eventName,
  keys: dynamodb.Keys,
  before: dynamodb.OldImage,
  after: dynamodb.NewImage,
});

test("an insert, a change and a removal each make a record with what was before and after", async () => {
  await put(row("a"));
  await setStatus("a", "suspended");
  await fixture.client.send(
    new DeleteItemCommand({ TableName: TABLE, Key: { azp: { S: "a" } } }),
  );
  const keys = { azp: { S: "a" } };
  const suspended = row("a", { status: { S: "suspended" } });
  expect((await fixture.drain()).map(describeRecord)).toEqual([
    { eventName: "INSERT", keys, before: undefined, after: row("a") },
    { eventName: "MODIFY", keys, before: row("a"), after: suspended },
    { eventName: "REMOVE", keys, before: suspended, after: undefined },
  ]);
});

test("a record has the form in which Lambda hands it to a function", async () => {
  const fromSeconds = Math.floor(Date.now() / 1000);
  await put(row("form", { bytes: { B: new Uint8Array([255, 0]) } }));
  await put(row("form"));
  const [first, second] = await fixture.drain();
  expect(first).toEqual({
    eventID: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-central-1",
    dynamodb: {
      ApproximateCreationDateTime: expect.any(Number) as number,
      Keys: { azp: { S: "form" } },
      NewImage: row("form", { bytes: { B: "/wA=" as unknown as Uint8Array } }),
      SequenceNumber: expect.stringMatching(/^\d{21}$/) as string,
      // azp + form, twice; status + active; bytes + 2
      SizeBytes: 7 + 7 + 12 + 7,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: STREAM_ARN,
  });
  const { ApproximateCreationDateTime: stamp = 0 } = first?.dynamodb ?? {};
  expect(stamp).toSatisfy(Number.isInteger);
  expect(stamp).toBeGreaterThanOrEqual(fromSeconds);
  expect(stamp).toBeLessThanOrEqual(Date.now() / 1000);
  const [before = "", after = ""] = [first, second].map(
    (record) => record?.dynamodb.SequenceNumber,
  );
  expect(after > before).toBe(true);
});

test.each([
  {
    name: "putting the same item, its set in another order",
    write: () => put(row("same", { routes: { SS: ["b", "a"] } })),
  },
  {
    name: "setting what is already so",
    write: () => setStatus("same", "active"),
  },
  {
    name: "removing what is not there",
    write: () =>
      fixture.client.send(
        new DeleteItemCommand({
          TableName: TABLE,
          Key: { azp: { S: "nobody" } },
        }),
      ),
  },
])("$name makes no record", async ({ write }) => {
  await put(row("same", { routes: { SS: ["a", "b"] } }));
  await fixture.drain();
  await write();
  expect(await fixture.drain()).toEqual([]);
});

test.each([
  {
    name: "a condition that does not hold",
    write: () => setStatus("kept", "suspended", "attribute_not_exists(azp)"),
    error: "ConditionalCheckFailedException",
  },
  {
    name: "an item without its key",
    write: () => put({ status: { S: "active" } }),
    error: "ValidationException",
  },
  {
    name: "a key of the wrong type",
    write: () => put({ azp: { N: "1" } }),
    error: "ValidationException",
  },
  {
    name: "a table that does not exist",
    write: () =>
      fixture.client.send(
        new PutItemCommand({ TableName: "nowhere", Item: row("a") }),
      ),
    error: "ResourceNotFoundException",
  },
])(
  "$name is told in the table's own words and makes no record",
  async ({ write, error }) => {
    await put(row("kept"));
    await fixture.drain();
    await expect(write()).rejects.toMatchObject({ name: error });
    expect(await fixture.drain()).toEqual([]);
  },
);

test("a batch makes one record for each item that it changes", async () => {
  await put(row("batch-gone"));
  await put(row("batch-same"));
  await fixture.drain();
  await fixture.client.send(
    new BatchWriteItemCommand({
      RequestItems: {
        [TABLE]: [
          { PutRequest: { Item: row("batch-new") } },
          { PutRequest: { Item: row("batch-same") } },
          { DeleteRequest: { Key: { azp: { S: "batch-gone" } } } },
        ],
      },
    }),
  );
  expect(
    (await fixture.drain()).map(({ eventName, dynamodb }) => [
      eventName,
      dynamodb.Keys["azp"],
    ]),
  ).toEqual([
    ["INSERT", { S: "batch-new" }],
    ["REMOVE", { S: "batch-gone" }],
  ]);
});

test("of many writers to one item at once, each record goes on where the one before it ended", async () => {
  await put(row("busy", { count: { N: "0" } }));
  await fixture.drain();
  const writers = Array.from({ length: 40 }, (_, at) =>
    at % 4 === 3
      ? put(row("busy", { count: { N: String(1000 + at) } }))
      : fixture.client.send(
          new UpdateItemCommand({
            TableName: TABLE,
            Key: { azp: { S: "busy" } },
            UpdateExpression: "ADD #count :one",
            ExpressionAttributeNames: { "#count": "count" },
            ExpressionAttributeValues: { ":one": { N: "1" } },
          }),
        ),
  );
  await Promise.all(writers);
  const records = await fixture.drain();
  expect(records).toHaveLength(40);
  let before: unknown = row("busy", { count: { N: "0" } });
  for (const { dynamodb } of records) {
    expect(dynamodb.OldImage).toEqual(before);
    before = dynamodb.NewImage;
  }
  const { Item } = await fixture.client.send(
    new GetItemCommand({ TableName: TABLE, Key: { azp: { S: "busy" } } }),
  );
  expect(before).toEqual(Item);
});

test("batches that want the same items in opposite order both get through", async () => {
  const write = (status: string, ...names: readonly string[]) =>
    fixture.client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TABLE]: names.map((azp) => ({
            PutRequest: { Item: row(azp, { status: { S: status } }) },
          })),
        },
      }),
    );
  await Promise.all([
    write("one", "x", "y"),
    write("two", "y", "x"),
    write("three", "x", "y"),
  ]);
  expect(await fixture.drain()).toHaveLength(6);
});

test("an attribute that is named as JavaScript's own are is an attribute", async () => {
  const item = JSON.parse(
    '{"azp":{"S":"odd"},"constructor":{"S":"x"},"toString":{"N":"1"}}',
  ) as Row;
  await put(item);
  const [record] = await fixture.drain();
  expect(JSON.stringify(record?.dynamodb.NewImage)).toBe(JSON.stringify(item));
});

test("answers come through byte for byte, and so do requests that are none", async () => {
  const body = JSON.stringify({ TableName: "nowhere", Key: {} });
  const request = (headers: Record<string, string>, text = body) =>
    fetch(fixture.table.endpoint, { method: "POST", headers, body: text });
  const signed = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.GetItem",
    "x-amz-date": "20260101T000000Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c",
  };
  const refused = await request(signed);
  expect(refused.status).toBe(400);
  expect(refused.headers.get("x-amz-crc32")).toMatch(/^\d+$/);
  expect(refused.headers.get("content-type")).toBe(signed["content-type"]);
  expect(await refused.json()).toMatchObject({
    __type: expect.stringContaining("ResourceNotFoundException") as string,
  });

  const target = "DynamoDB_20120810.PutItem";
  const broken = await request({ ...signed, "x-amz-target": target }, "{");
  expect(await broken.json()).toMatchObject({
    __type: expect.stringContaining("SerializationException") as string,
  });
  const unsigned = await request({ "x-amz-target": target });
  expect(unsigned.status).toBe(404);
  expect(await unsigned.text()).toBe("<UnknownOperationException/>\n");
  const evil = await request({ ...signed, origin: "http://evil.test" });
  expect(evil.status).toBe(403);
});

test("reads add next to nothing", async () => {
  await put(row("read"));
  const read = async () => {
    const startedAtMs = performance.now();
    await fixture.client.send(
      new GetItemCommand({ TableName: TABLE, Key: { azp: { S: "read" } } }),
    );
    return performance.now() - startedAtMs;
  };
  const times: number[] = [];
  for (let at = 0; at < 50; at += 1) times.push(await read());
  const median = times.sort((a, b) => a - b)[25] ?? 0;
  expect(median).toBeLessThan(20);
});

test("a table that is killed refuses connections, and has its rows and port when it is back", async () => {
  const { table, changes } = fixture;
  const impatient = createClient(table.endpoint, { maxAttempts: 1 });
  const read = () =>
    impatient.send(
      new GetItemCommand({ TableName: TABLE, Key: { azp: { S: "lasting" } } }),
    );
  await put(row("lasting"));
  await read();

  process.kill(table.pid() ?? 0, "SIGKILL");
  const startedAtMs = performance.now();
  await expect(read()).rejects.toMatchObject({
    code: expect.stringMatching(/^ECONN(REFUSED|RESET)$/) as string,
  });
  expect(performance.now() - startedAtMs).toBeLessThan(200);
  await eventually(() => !table.isUp());
  await expect(read()).rejects.toMatchObject({ code: "ECONNREFUSED" });

  await Promise.all([table.start(), table.start()]);
  expect((await read()).Item).toEqual(row("lasting"));
  expect(changes).toEqual([false, true]);
  await fixture.drain();
  await setStatus("lasting", "suspended");
  expect(await fixture.drain()).toHaveLength(1);
  impatient.destroy();
});

test("after a kill amid writes the stream accounts for every row that the table holds", async () => {
  const { table } = fixture;
  const impatient = createClient(table.endpoint, { maxAttempts: 1 });
  const before = await impatient.send(new ScanCommand({ TableName: TABLE }));
  const rows = new Map(before.Items?.map((item) => [item["azp"]?.S, item]));
  let refused = 0;
  const writers = Array.from({ length: 300 }, async (_, at) => {
    const write = new PutItemCommand({
      TableName: TABLE,
      Item: row(`kill-${at % 100}`, { at: { N: String(at) } }),
    });
    await impatient.send(write).catch(() => (refused += 1));
    if (at === 40) {
      await table.stop();
      await table.start();
    }
  });
  await Promise.all(writers);
  expect(refused).toBeGreaterThan(0);

  for (const { dynamodb } of await fixture.drain()) {
    const azp = (dynamodb.Keys["azp"] as { S: string }).S;
    expect(dynamodb.OldImage, azp).toEqual(rows.get(azp));
    rows.set(azp, dynamodb.NewImage as Row);
  }
  const after = await impatient.send(new ScanCommand({ TableName: TABLE }));
  expect(new Map(after.Items?.map((item) => [item["azp"]?.S, item]))).toEqual(
    rows,
  );
  impatient.destroy();
});
