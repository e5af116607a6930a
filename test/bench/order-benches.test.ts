import { expect, test } from "vitest";
import { orderBenches } from "../../bench/all/order-benches.ts";

test("every bench runs once, in a fixed order, with those not known before the load, and the page not among them", () => {
  const names = [
    "test",
    "bench",
    "bench:page",
    "bench:load",
    "bench:new-b",
    "bench:new-a",
    "bench:cold",
    "bench:bundle",
    "benchmark",
  ];
  expect(
    orderBenches(Object.fromEntries(names.map((name) => [name, ""]))),
  ).toEqual([
    "bench:bundle",
    "bench:cold",
    "bench:new-a",
    "bench:new-b",
    "bench:load",
  ]);
});
