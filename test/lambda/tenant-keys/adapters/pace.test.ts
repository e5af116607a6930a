import { expect, test } from "vitest";
import { createPace } from "../../../../lambda/tenant-keys/adapters/pace.ts";

test("calls are spread evenly, and none is made up for", async () => {
  let nowMs = 0;
  const pace = createPace(4, {
    now: () => nowMs,
    sleep: (milliseconds) => {
      nowMs += milliseconds;
      return Promise.resolve();
    },
  });
  const startedAtMs: number[] = [];
  const call = async () => {
    await pace();
    startedAtMs.push(nowMs);
  };
  for (let calls = 0; calls < 3; calls += 1) await call();
  nowMs = 10_000;
  await call();
  await call();
  expect(startedAtMs).toEqual([0, 250, 500, 10_000, 10_250]);
});
