/** The console's texts against what the README tells everybody else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { STEP_NAMES } from "../../../local/console/api.ts";
import {
  findReason,
  REASONS,
} from "../../../local/console/reasons/find-reason.ts";
import { GATEWAY_REASONS } from "../../../local/console/reasons/gateway-reasons.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** Each row of the table after a line that matches, its cells without the back quotes. */
function readTable(file: string, before: RegExp): readonly string[][] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const [, rest = ""] = text.split(before);
  const [table = ""] = rest.trimStart().split(/\n(?!\|)/);
  return table
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

describe("the authorizer's reasons", () => {
  test("are the README's, with its answers and meanings", () => {
    const rows = readTable("README.md", /<!-- table:reasons -->/);
    expect(rows.length).toBeGreaterThan(30);
    expect(
      Object.fromEntries(
        rows.map(([code, answer, meaning]) => [code, `${answer} ${meaning}`]),
      ),
    ).toEqual(
      Object.fromEntries(
        Object.entries(REASONS).map(([code, { status, meaning }]) => [
          code,
          `${status} ${meaning}`,
        ]),
      ),
    );
  });

  test("each say what to do", () => {
    for (const [code, { advice, step }] of Object.entries(REASONS)) {
      expect([code, advice]).toEqual([
        code,
        expect.stringMatching(/^[“A-Z].+\.$/),
      ]);
      expect(STEP_NAMES).toContain(step);
    }
  });
});

describe("the gateway's reasons", () => {
  test("are those that docs/local-gateway.md lists, but for one that no request from here can have", () => {
    const rows = readTable(
      "docs/local-gateway.md",
      /`reason` is the context's `denyReason` on a deny\. Otherwise:/,
    );
    const documented = rows.flatMap(([codes = ""]) => codes.split(", "));
    // The form cannot choose another stage.
    expect(
      documented.filter((code) => code !== "unknown_stage").sort(),
    ).toEqual(Object.keys(GATEWAY_REASONS).sort());
  });
});

test("a code of which nobody has told is shown all the same", () => {
  expect(findReason("constructor")).toMatchObject({ step: undefined });
});
