import { expect, test } from "vitest";
import { createEventQueue } from "../../../bench/simulation/event-queue.ts";
import { createRandom } from "../../../bench/simulation/random.ts";

test("events come out by their time, whatever the order they went in", () => {
  const random = createRandom(7);
  const times = Array.from({ length: 500 }, () => Math.floor(random() * 100));
  const queue = createEventQueue();
  const played: number[] = [];
  for (const atMs of times) queue.push(atMs, () => played.push(atMs));

  while (queue.nextAtMs() < Infinity) queue.pop()?.();

  expect(played).toEqual(times.toSorted((a, b) => a - b));
});

test("events of one moment come out in the order in which they went in", () => {
  const queue = createEventQueue();
  const played: string[] = [];
  for (const name of ["a", "b", "c", "d", "e"]) {
    queue.push(5, () => played.push(name));
  }
  queue.push(1, () => played.push("first"));

  for (let left = 6; left > 0; left -= 1) queue.pop()?.();

  expect(played).toEqual(["first", "a", "b", "c", "d", "e"]);
});

test("an event may bring another one, which takes its place among the rest", () => {
  const queue = createEventQueue();
  const played: number[] = [];
  queue.push(10, () => played.push(10));
  queue.push(1, () => {
    played.push(1);
    queue.push(4, () => played.push(4));
  });

  while (queue.nextAtMs() < Infinity) queue.pop()?.();

  expect(played).toEqual([1, 4, 10]);
});

test("an empty queue has no next event", () => {
  const queue = createEventQueue();
  expect(queue.nextAtMs()).toBe(Infinity);
  expect(queue.pop()).toBeUndefined();
});
