import { readFileSync, readdirSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  FORBID_REASONS,
  UNAUTHENTICATED_REASONS,
} from "../../lambda/core/reasons.ts";
import { BREAKAGES, applyEdits, sourceUrl } from "./breakages.ts";
import { fuzz } from "./fuzz.ts";
import { createRandom } from "./random.ts";
import type { Report } from "./run.ts";
import { type World, createWorld } from "./world.ts";

const SEED = 20_261_123;
const CASES = 4_000;

let world: World;
let report: Report;

beforeAll(async () => {
  world = createWorld();
  report = await fuzz(world, { seed: SEED, cases: CASES, workers: 2 });
});

test("the authorizer and the oracle agree, but for differences that are known by name", () => {
  expect(report.failures).toEqual([]);
  expect(report.unexplained).toBe(0);
});

test("the cases reach an allow and every reason of a 401 and of a 403", () => {
  const reached = Object.keys(report.verdicts);
  const expected = [
    "allow",
    ...Object.keys(UNAUTHENTICATED_REASONS).map(
      (reason) => `unauthenticated ${reason}`,
    ),
    ...Object.keys(FORBID_REASONS).map((reason) => `forbid ${reason}`),
  ];
  expect(reached.sort()).toEqual(expected.sort());
});

test("at least an eighth of the cases are allowed, so that a refusal of everything would show", () => {
  expect(report.verdicts["allow"]).toBeGreaterThan(CASES / 8);
});

test("the oracle shares no code with the authorizer", () => {
  const folder = new URL("./", import.meta.url);
  const oracles = readdirSync(folder).filter((name) =>
    name.startsWith("oracle"),
  );
  expect(oracles.length).toBeGreaterThan(1);
  for (const name of [...oracles, "cases.ts", "world.ts"]) {
    const source = readFileSync(new URL(name, folder), "utf8");
    const imported = Array.from(
      source.matchAll(/from "(.*)"/g),
      ([, from]) => from,
    );
    expect(imported.filter((from) => from?.includes("lambda/"))).toEqual([]);
  }
});

describe("the fuzzer notices that a rule is gone from the source", () => {
  const some = [
    "takes any audience",
    "takes typ foo, or dpop+jwt",
    "takes tokens that never end",
    "verifies with the first issuer's keys",
  ];
  test.each(BREAKAGES.filter(({ name }) => some.includes(name)))(
    "when the authorizer $name",
    async (breakage) => {
      const broken = await fuzz(world, {
        seed: SEED,
        cases: 800,
        workers: 1,
        breakage,
      });
      expect(broken.unexplained).toBeGreaterThan(0);
      expect(broken.failures.map(({ detail }) => detail)).toContainEqual(
        expect.stringMatching(/^outcome: /),
      );
    },
  );

  test.each(BREAKAGES)("and can still take it out: $name", ({ edits }) => {
    for (const { file, ...change } of edits) {
      const source = readFileSync(sourceUrl(file), "utf8");
      expect(applyEdits(source, [{ file, ...change }])).not.toBe(source);
    }
  });
});

describe("the randomness", () => {
  const draw = (seed: number, index: number): readonly number[] => {
    const random = createRandom(seed, index);
    return Array.from({ length: 8 }, () => random.below(1_000_000));
  };

  test("is the same for the same seed and index", () => {
    expect(draw(1, 2)).toEqual(draw(1, 2));
  });

  test("is another for another seed and for another index", () => {
    expect(draw(1, 2)).not.toEqual(draw(2, 2));
    expect(draw(1, 2)).not.toEqual(draw(1, 3));
  });

  test("takes every place about equally often", () => {
    const random = createRandom(7, 7);
    const counts = new Array<number>(8).fill(0);
    for (let round = 0; round < 8_000; round += 1) {
      const place = random.below(8);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    for (const count of counts) {
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1_150);
    }
  });
});
