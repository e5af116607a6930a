import { expect, test } from "vitest";
import { measureInRounds, ratio, rotate } from "../../bench/warm/rounds.ts";

test("each round begins with another contender", () => {
  expect([0, 1, 2, 3].map((round) => rotate(3, round))).toEqual([
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [0, 1, 2],
  ]);
});

test("a ratio compares within each round, so that a slow one hits both sides", () => {
  expect(ratio({ micros: [2, 20, 2] }, { micros: [1, 10, 1] })).toBe(2);
});

test("every contender runs on each of its round's inputs, and only the counted rounds count", async () => {
  const runs: string[] = [];
  const contender = (name: string) => ({
    name,
    inputs: (round: number) => [`${name}${round}`, `${name}${round}'`],
    run: (input: string) => runs.push(input),
  });
  const samples = await measureInRounds([contender("a"), contender("b")], {
    warmUp: 1,
    counted: 2,
  });
  expect(runs).toEqual(
    ["a0 a0' b0 b0'", "b1 b1' a1 a1'", "a2 a2' b2 b2'"].join(" ").split(" "),
  );
  expect(samples.map(({ name, micros }) => [name, micros.length])).toEqual([
    ["a", 2],
    ["b", 2],
  ]);
});
