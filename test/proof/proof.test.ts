import { expect, test } from "vitest";
import { runProof } from "./proof.ts";

test("compiled policies say what the routes say, on a short run of the proof", () => {
  const result = runProof(4_000, 20_261_123);
  expect(result.disagreements).toEqual([]);
  expect(result.allowed).toBeGreaterThan(200);
  expect(result.compact).toBeGreaterThan(0);
  expect(result.refusedRecords).toBeGreaterThan(0);
});
