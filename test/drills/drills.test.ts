/** A few cells of the fault matrix in every test run; `npm run drills` has them all. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lab, openLab } from "./bench.ts";
import { type Cell, isGood } from "./cells.ts";
import { DRILLS, runDrills } from "./matrix.ts";

const QUICK: ReadonlySet<string> = new Set([
  "keys refused cold",
  "keys hang cold",
  "keys HTML with 200 warm",
  "keys rotated (new kid)",
  "keys revoked",
  "table throttled (account) warm",
  "table access denied warm",
  "table half a record warm",
  "both refused refused",
]);
const drills = DRILLS.filter(({ name }) => QUICK.has(name));

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 120_000);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

test("each quick drill is one of the matrix", () => {
  expect(drills.map(({ name }) => name).toSorted()).toEqual(
    [...QUICK].toSorted(),
  );
});

test("faults of issuer and table are answered as the matrix says, in time", async () => {
  const { cells } = await runDrills(lab, drills);
  const bad = cells.filter((cell) => !isGood(cell)).map(summarize);
  expect(bad).toEqual([]);
  expect(cells.length).toBeGreaterThan(30);
}, 120_000);

function summarize({ fault, state, observed, problems, isLate }: Cell): string {
  return `${fault}, ${state}: ${problems.join(", ")}${isLate ? ` late (${Math.round(observed.ms)} ms)` : ""}`;
}
