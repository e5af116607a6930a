import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { invokeWithin } from "../../../local/gateway/invoke-within.ts";
import { success } from "./support.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("leaves no timer behind that would keep the process alive", async () => {
  const answer = success({});
  expect(
    await invokeWithin(29_000, () => Promise.resolve(answer), "Fn", {}),
  ).toBe(answer);
  expect(vi.getTimerCount()).toBe(0);
});

test("gives up when the time is over", async () => {
  const pending = invokeWithin(
    29_000,
    () => new Promise(() => undefined),
    "Fn",
    {},
  );
  await vi.advanceTimersByTimeAsync(28_999);
  await expect(
    Promise.race([pending, Promise.resolve("still waiting")]),
  ).resolves.toBe("still waiting");
  await vi.advanceTimersByTimeAsync(1);
  await expect(pending).resolves.toBe("timeout");
});
