import { beforeEach, expect, test } from "vitest";
import {
  createExpiringStore,
  type ExpiringStore,
} from "../../../local/issuer/expiring-store.ts";

let nowMs: number;
let store: ExpiringStore<string>;
beforeEach(() => {
  nowMs = 0;
  store = createExpiringStore({
    lifetimeMs: 1000,
    maxEntries: 3,
    now: () => nowMs,
  });
});

test("ids cannot be guessed, and each is another", () => {
  const ids = [store.add("a"), store.add("a")];
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[\w-]{32}$/);
});

test("a value is there until its time is over", () => {
  const id = store.add("a");
  nowMs = 999;
  expect(store.find(id)).toBe("a");
  nowMs = 1000;
  expect(store.find(id)).toBeUndefined();
  expect(store.take(id)).toBeUndefined();
});

test("what is taken is gone", () => {
  const id = store.add("a");
  expect(store.take(id)).toBe("a");
  expect(store.find(id)).toBeUndefined();
  expect(store.count()).toBe(0);
});

test("the oldest makes way when there is no room", () => {
  const ids = ["a", "b", "c", "d"].map(store.add);
  expect(ids.map(store.find)).toEqual([undefined, "b", "c", "d"]);
  expect(store.count()).toBe(3);
});

test("what is over is not kept", () => {
  store.add("a");
  store.add("b");
  nowMs = 1000;
  store.add("c");
  expect(store.count()).toBe(1);
});
