import { expect, test } from "vitest";
import { createFaultCounter } from "../../../lambda/authorizer/fault-counts.ts";

test("nothing is reported while nothing fails", () => {
  expect(createFaultCounter().take()).toEqual({});
});

test("each kind of fault is counted by itself", () => {
  const { count, take } = createFaultCounter();
  count("tableFaults");
  count("keyFetchFaults");
  count("tableFaults");
  expect(take()).toEqual({ keyFetchFaults: 1, tableFaults: 2 });
});

test("a fault is reported once", () => {
  const { count, take } = createFaultCounter();
  count("tableFaults");
  take();
  expect(take()).toEqual({});
});
