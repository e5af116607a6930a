import { expect, test } from "vitest";
import { readMutants, readSurvivorList, scoreOf } from "./survivors.ts";

const REPORT = JSON.stringify({
  files: {
    "lambda/core/x.ts": {
      source: "const a =\n  b ||\n  c;\nreturn `$`;\n",
      mutants: [
        {
          status: "Survived",
          replacement: "false",
          location: {
            start: { line: 2, column: 3 },
            end: { line: 3, column: 4 },
          },
        },
        {
          status: "Killed",
          replacement: "``",
          location: {
            start: { line: 4, column: 8 },
            end: { line: 4, column: 11 },
          },
        },
        {
          status: "NoCoverage",
          location: {
            start: { line: 1, column: 1 },
            end: { line: 1, column: 6 },
          },
        },
        {
          status: "Timeout",
          location: {
            start: { line: 1, column: 1 },
            end: { line: 1, column: 6 },
          },
        },
        {
          status: "CompileError",
          location: {
            start: { line: 1, column: 1 },
            end: { line: 1, column: 6 },
          },
        },
      ],
    },
  },
});

test("a mutant is told by the code it changes, in one line", () => {
  expect(readMutants(REPORT).map(({ change }) => change)).toEqual(
    ["b || c → false", "`$` → ``", "const →", "const →", "const →"].map(
      (change) => (change.endsWith("→") ? `${change} ` : change),
    ),
  );
});

test("a score counts what no test reached as survived, and what did not compile as nothing", () => {
  expect(scoreOf(readMutants(REPORT))).toEqual({
    killed: 2,
    survived: 2,
    percent: 50,
  });
});

test("the list is read by file, backticks in the code included", () => {
  const markdown = [
    "- `not` → `under a file`",
    "## `lambda/core/x.ts`",
    "A reason, and `code` in it:",
    "",
    "- `b || c` → `false`",
    "- `` `$` `` → ``` `` ```",
    "- no change",
    "## `lambda/core/y.ts`",
  ].join("\n");
  expect(readSurvivorList(markdown)).toEqual(
    new Map([
      ["lambda/core/x.ts", new Set(["b || c → false", "`$` → ``"])],
      ["lambda/core/y.ts", new Set()],
    ]),
  );
});
