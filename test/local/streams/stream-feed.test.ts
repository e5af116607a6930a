import { expect, test } from "vitest";
import type { FromTable } from "../../../local/streams/messages.ts";
import { createStreamFeed } from "../../../local/streams/stream-feed.ts";

const keys = { azp: { S: "a" } };
const image = (v: string) => ({ ...keys, v: { S: v } });
const writing = (oldImage?: object): FromTable => ({
  kind: "writing",
  item: {
    id: "a",
    tableName: "tenants",
    keys,
    ...(oldImage && { oldImage: { ...oldImage } }),
  },
});
const settled = (newImage?: object): FromTable => ({
  kind: "settled",
  id: "a",
  atMs: 1_767_225_600_999,
  ...(newImage && { newImage: { ...newImage } }),
});

async function setUp() {
  const feed = createStreamFeed();
  const stream = await feed.openStream(
    {
      tableName: "tenants",
      arn: "arn",
      region: "eu-central-1",
      keyAttributes: ["azp"],
    },
    () => Promise.resolve(),
  );
  const reader = stream.openReader();
  return { feed, stream, reader };
}

test("a write is a record once it is settled, with the second in which it was", async () => {
  const { feed, reader } = await setUp();
  feed.receive(writing());
  expect(reader.count()).toBe(0);
  feed.receive(settled(image("1")));
  expect(reader.peek()?.dynamodb).toMatchObject({
    ApproximateCreationDateTime: 1_767_225_600,
    Keys: keys,
    NewImage: image("1"),
  });
});

test("a write that the process took with it goes to the next process, and is settled there", async () => {
  const { feed, reader } = await setUp();
  feed.receive(writing(image("1")));
  expect(feed.buildSetup()).toEqual({
    kind: "setup",
    tables: [{ tableName: "tenants", keyAttributes: ["azp"] }],
    unsettled: [{ id: "a", tableName: "tenants", keys, oldImage: image("1") }],
  });
  feed.receive(settled(image("2")));
  expect(reader.peek()?.dynamodb).toMatchObject({
    OldImage: image("1"),
    NewImage: image("2"),
  });
  expect(feed.buildSetup()).toMatchObject({ unsettled: [] });
});

test("one that turns out not to have been done leaves no record", async () => {
  const { feed, reader } = await setUp();
  feed.receive(writing(image("1")));
  feed.receive(settled(image("1")));
  expect(reader.count()).toBe(0);
});

test("every reader gets every record from its opening on, and none after its end", async () => {
  const { feed, stream, reader } = await setUp();
  feed.receive(writing());
  feed.receive(settled(image("1")));
  const late = stream.openReader();
  feed.receive(writing(image("1")));
  feed.receive(settled(image("2")));
  expect([reader.count(), late.count()]).toEqual([2, 1]);
  late.close();
  feed.receive(writing(image("2")));
  feed.receive(settled());
  expect([reader.count(), late.count()]).toEqual([3, 1]);
  reader.take();
  reader.take();
  expect(reader.peek()?.eventName).toBe("REMOVE");
});
