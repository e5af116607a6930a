/** docs/verify.md says what the code says. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EXIT } from "../../bin/verify/exit-codes.ts";
import { CONFIG_MEMBERS } from "../../bin/verify/target/deployed-target.ts";
import { CHECKS } from "./support/check-ids.ts";
import { VARIANTS } from "./support/variants.ts";

const page = readFileSync(
  new URL("../../docs/verify.md", import.meta.url),
  "utf8",
);

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

test("the checks are those that there are, in their order and words", () => {
  expect(table("checks")).toEqual(
    CHECKS.map(({ id, proves, how, expected }) => [id, proves, how, expected]),
  );
});

test("the file's members are those that are understood", () => {
  const rows = table("config");
  expect(rows.map(([name]) => name)).toEqual(CONFIG_MEMBERS[""]);
  for (const [name = "", holds = ""] of rows) {
    const members = Object.entries(CONFIG_MEMBERS).find(
      ([kind]) => kind === name,
    );
    for (const member of members?.[1] ?? []) expect(holds).toContain(member);
  }
});

test("the exit codes are those that there are", () => {
  expect(table("exit-codes").map(([code]) => Number(code))).toEqual(
    Object.values(EXIT),
  );
});

test("the broken stacks are as many as it says", () => {
  expect(page).toContain(`broken in ${VARIANTS.length} ways`);
});
