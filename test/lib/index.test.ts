/** What the package gives away: nobody should find a construct in the docs and not in the import. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as index from "../../lib/index.ts";

const lib = new URL("../../lib/", import.meta.url);

/** Parts of others, which a team has no use for by themselves. */
const INTERNAL = [
  "AppContextError",
  "AuthorizerFunction",
  "EchoBackend",
  "NodeFunction",
  "SavedQueries",
  "ShadowMetrics",
  "StageAlarms",
];

test("every construct is exported, but for the parts of others", () => {
  const classes = readdirSync(lib, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(new URL(file, lib), "utf8").matchAll(
        /^export class (\w+)/gm,
      ),
    ])
    .map(([, name = ""]) => name);
  expect(classes).toContain("TenantPlans");
  expect(classes.filter((name) => !(name in index)).sort()).toEqual(INTERNAL);
});

test("docs/library.md says of each value what it is", () => {
  const page = readFileSync(new URL("../docs/library.md", lib), "utf8").replace(
    /^[\s\S]*## What is exported/,
    "",
  );
  const listed = [...page.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  for (const name of Object.keys(index)) expect(listed).toContain(name);
});
