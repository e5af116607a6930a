import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAnswerDelay } from "../../local/answer-delay.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("without a delay nothing waits", async () => {
  const delay = createAnswerDelay();
  expect(delay.ms()).toBe(0);
  await delay.wait();
  expect(vi.getTimerCount()).toBe(0);
});

test("answers wait, and go in the order in which they came", async () => {
  const delay = createAnswerDelay();
  delay.set(1000);
  const gone: string[] = [];
  for (const name of ["a", "b"]) {
    void delay.wait().then(() => gone.push(name));
  }
  await vi.advanceTimersByTimeAsync(999);
  expect(gone).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(gone).toEqual(["a", "b"]);
});

test.each([0, 5000])("setting %d lets go of what waits", async (ms) => {
  const delay = createAnswerDelay();
  delay.set(30_000);
  const waiting = delay.wait();
  delay.set(ms);
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
  expect(delay.ms()).toBe(ms);
});

describe("a delay that cannot be is refused, and changes nothing:", () => {
  test.each([-1, 0.5, 30_001, Number.NaN, Number.POSITIVE_INFINITY])(
    "%d",
    (ms) => {
      const delay = createAnswerDelay();
      delay.set(30_000);
      expect(() => {
        delay.set(ms);
      }).toThrow(RangeError);
      expect(delay.ms()).toBe(30_000);
    },
  );
});
