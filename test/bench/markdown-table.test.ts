import { expect, test } from "vitest";
import { markdownTable } from "../../bench/markdown-table.ts";

test("text stands left, figures stand right", () => {
  expect(
    markdownTable(
      ["", "µs"],
      [
        ["a", 1],
        ["b", "2.0"],
      ],
    ),
  ).toBe("|  | µs |\n| --- | ---: |\n| a | 1 |\n| b | 2.0 |");
});
