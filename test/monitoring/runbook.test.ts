/** Every alarm has a section of the runbook, every section an alarm, and says truly where it is drilled. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RUNBOOK_SECTIONS } from "../../lib/monitoring/runbook.ts";
import { synthesizeTenantApi } from "../lib/synthesize.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string =>
  readFileSync(new URL(path, root), "utf8");
const runbook = read("docs/runbook.md");
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [title = ""] = text.split("\n");
      return [title, text] as const;
    }),
);
const alarms = synthesizeTenantApi({
  plans: { free: { rateLimit: 10, burstLimit: 20 } },
}).all("AWS::CloudWatch::Alarm");
const sectionsOfAlarms = alarms.map(
  ({ properties }) =>
    / Runbook: docs\/runbook\.md#([a-z-]+)"?(?:\]\]\})?$/.exec(
      JSON.stringify(properties["AlarmDescription"]),
    )?.[1],
);

test("every alarm ends with a section of the runbook, each with another", () => {
  expect(sectionsOfAlarms.toSorted()).toEqual([...RUNBOOK_SECTIONS].sort());
});

test("the runbook has these sections and one about how it is measured", () => {
  expect([...sections.keys()].sort()).toEqual(
    [...RUNBOOK_SECTIONS, "How it is measured"].sort(),
  );
});

describe.each(RUNBOOK_SECTIONS)("%s", (section) => {
  const text = sections.get(section) ?? "";

  test("says what it means, for whom, what to do, and when it is over", () => {
    for (const label of ["Means", "Affected", "Do", "Over when"]) {
      expect(text).toContain(`**${label}**`);
    }
  });

  test("is drilled where it says", () => {
    const [, file = ""] = /\*\*Drilled\*\*: (test\/\S+\.ts)/.exec(text) ?? [];
    expect(file && read(file)).toContain(section);
  });

  test("links to sections that exist", () => {
    const links = [...text.matchAll(/\]\(#([a-z-]+)\)/g)].map(
      ([, link]) => link,
    );
    expect(links.filter((link) => !sections.has(link ?? ""))).toEqual([]);
  });
});
