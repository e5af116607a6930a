import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AIMS, judge, showValue } from "../../bench/page/aims.ts";
import { PERFORMANCE_PAGE, buildPage } from "../../bench/page/build-page.ts";
import { describeAims } from "../../bench/page/describe-aims.ts";
import { fillBlocks } from "../../bench/page/marked-blocks.ts";
import { readResults } from "../../bench/page/results.ts";

const page = readFileSync(
  new URL(`../../${PERFORMANCE_PAGE}`, import.meta.url),
  "utf8",
);

describe("docs/performance.md", () => {
  test("is what `npm run bench:page` makes of the committed results", async () => {
    expect(await buildPage(page, readResults())).toBe(page);
  });

  test("changes with a result", async () => {
    const { bundle, ...others } = readResults();
    if (bundle === undefined) throw new Error("bundle.json is missing");
    const heavier = { ...bundle, bytes: bundle.budgetBytes + 1 };
    const changed = await buildPage(page, { ...others, bundle: heavier });
    expect(changed).not.toBe(page);
    expect(changed).toContain(`not yet: ${bundle.budgetBytes + 1}`);
  });

  test("says so where nothing has been measured", () => {
    const verdicts = describeAims({}).match(/\| no result +\|/g) ?? [];
    expect(verdicts).toHaveLength(AIMS.length);
  });

  test("keeps what is written by hand, and loses what a block held before", async () => {
    const edited = `${page.replace(
      "<!-- generated:bundle -->",
      "By hand.\n\n<!-- generated:bundle -->\n\nold words",
    )}\nThe end.\n`;
    const built = await buildPage(edited, readResults());
    expect(built).toContain("\nBy hand.\n");
    expect(built).toContain("\nThe end.\n");
    expect(built).not.toContain("old words");
  });
});

describe("an aim", () => {
  test.each([
    ["at its limit", [{ value: 1.2, limit: 1.2 }], "yes"],
    ["just above it", [{ value: 1.2001, limit: 1.2 }], "not yet: 1.2001"],
    [
      "with one figure of two above it",
      [
        { value: 1, limit: 2 },
        { value: 3, limit: 2, digits: 0 },
      ],
      "not yet: 3",
    ],
    [
      "whose figure is no number",
      [{ value: Number.NaN, limit: 1 }],
      "not yet: NaN",
    ],
    ["without a result", undefined, "no result"],
  ] as const)("%s", (_name, figures, verdict) => {
    expect(judge(figures)).toBe(verdict);
  });

  test("shows two digits where that does not hide on which side it is", () => {
    expect(showValue({ value: 1.5447, limit: 1.2 })).toBe("1.54");
    expect(showValue({ value: 1.1999, limit: 1.2 })).toBe("1.20");
  });

  test("whose row has gone from its result is an error, not a pass", () => {
    const { warm } = readResults();
    if (warm === undefined) throw new Error("warm.json is missing");
    expect(() => describeAims({ warm: { ...warm, rows: [] } })).toThrow(
      "the results have no row: the handler, record cached",
    );
  });
});

describe("a page and what is to be written into it", () => {
  const block = (name: string, inner = ""): string =>
    `<!-- generated:${name} -->\n${inner}<!-- /generated -->`;

  test("fit: each block gets its own content", () => {
    expect(
      fillBlocks(`a\n${block("one", "old\n")}\nb\n${block("two")}\n`, {
        one: "1 $& $1",
        two: "2",
      }),
    ).toBe(
      `a\n${block("one", "\n1 $& $1\n\n")}\nb\n${block("two", "\n2\n\n")}\n`,
    );
  });

  test.each([
    ["an unknown block", block("x"), {}, "nothing writes the block x"],
    ["a missing block", "", { x: "" }, "the page has no block x"],
    [
      "a block that stands twice",
      `${block("x")}\n${block("x")}`,
      { x: "" },
      "the block x stands twice",
    ],
    [
      "a block that does not end",
      `<!-- generated:y -->\n${block("x")}`,
      { x: "" },
      "a marker has no partner",
    ],
  ])("do not fit: %s", (_name, text, contents, problem) => {
    expect(() => fillBlocks(text, contents)).toThrow(problem);
  });
});
