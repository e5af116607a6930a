/** docs/tenants.md says what the code says. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { KINDS } from "../../../bin/tenants/check/finding.ts";
import { COMMANDS } from "../../../bin/tenants/commands/commands.ts";
import { EXIT } from "../../../bin/tenants/exit-codes.ts";

let page: string;
beforeAll(async () => {
  page = await readFile(
    join(import.meta.dirname, "../../../docs/tenants.md"),
    "utf8",
  );
});

/** The cells of a marked table, its two lines of heading left out. */
function table(name: string): readonly (readonly string[])[] {
  const [, content = ""] =
    new RegExp(`<!-- table:${name} -->(.*?)<!-- /table -->`, "s").exec(page) ??
    [];
  return content
    .trim()
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

test("the subcommands are those that there are", () => {
  expect(table("commands")).toEqual(
    COMMANDS.map(({ name, summary }) => [name, summary]),
  );
});

test("the kinds of findings are those that there are", () => {
  expect(table("kinds")).toEqual(
    Object.entries(KINDS).map(([kind, [severity, meaning]]) => [
      kind,
      severity,
      meaning,
    ]),
  );
});

test("the exit codes are those that there are", () => {
  expect(table("exit-codes").map(([code]) => Number(code))).toEqual(
    Object.values(EXIT),
  );
});
