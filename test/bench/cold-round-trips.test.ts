import { expect, test } from "vitest";
import { countRoundTrips, timelineOf } from "../../bench/cold/round-trips.ts";
import { rowsOf } from "../../bench/cold/report.ts";
import type { Start } from "../../bench/cold/start.ts";

const start = (overrides: Partial<Start>): Start => ({
  ...{ wallMs: 100, initMs: 60, cpuMs: 90, rssMb: 60, sights: [] },
  ...overrides,
});

test("three round trips in init and two after it are five in all", () => {
  const near = [start({}), start({ wallMs: 900, initMs: 800 }), start({})];
  const far = [start({ wallMs: 350, initMs: 210 })];
  expect(countRoundTrips(near, far, 50)).toEqual({
    untilDecision: 5,
    inInit: 3,
    afterInit: 2,
  });
});

test("a timeline is in the order of its medians, a second connection apart from the first", () => {
  const sights = [
    { server: "table", what: "connection", atMs: 80 },
    { server: "keys", what: "connection", atMs: 20 },
    { server: "table", what: "connection", atMs: 90 },
  ] as const;
  expect(timelineOf([start({ sights })])).toEqual([
    { what: "keys: connection", atMs: 20 },
    { what: "init over, event delivered", atMs: 60 },
    { what: "table: connection", atMs: 80 },
    { what: "table: connection 2", atMs: 90 },
    { what: "decision", atMs: 100 },
  ]);
});

test("ratios are to the limit, and to the runtime's own cost", () => {
  const labels = new Map([["product", "the authorizer"]]);
  const starts = new Map([
    ["limit", [start({ cpuMs: 30, wallMs: 50 })]],
    ["empty", [start({ cpuMs: 45 })]],
    ["product", [start({})]],
  ]);
  expect(rowsOf(labels, starts)).toMatchObject([
    { cpuMs: 90, cpuRatio: 3, wallRatio: 2, cpuToEmpty: 2, starts: 1 },
  ]);
  starts.delete("limit");
  expect(() => rowsOf(labels, starts)).toThrow("nothing was measured");
});
