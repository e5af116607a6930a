import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ENV } from "../lambda/authorizer/env-names.ts";
import { parseConfig } from "../lambda/authorizer/config.ts";
import {
  COULD_NOT_TELL_REASONS,
  FORBID_REASONS,
  UNAUTHENTICATED_REASONS,
} from "../lambda/core/reasons.ts";
import { parseTenantId } from "../lambda/core/tenant-id.ts";
import { parseRoute } from "../lambda/core/routes.ts";
import { RECORD_ATTRIBUTES } from "../lambda/core/tenant-record.ts";
import { CONTEXT_KEYS } from "../lib/context-keys.ts";

const root = new URL("../", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");
const packageJson = JSON.parse(
  readFileSync(new URL("package.json", root), "utf8"),
) as { scripts: Record<string, string> };

/** The rows of a marked table, each as its cells, code marks removed. */
function table(name: string): readonly (readonly string[])[] {
  const [, block] =
    new RegExp(`<!-- table:${name} -->(.*?)<!-- /table -->`, "s").exec(
      readme,
    ) ?? [];
  if (block === undefined) throw new Error(`README has no table:${name}`);
  return block
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

const firstCells = (name: string) => table(name).map(([cell]) => cell);

describe("README", () => {
  test("lists every reason code with its answer and meaning, in the code's order", () => {
    const rows = (reasons: Record<string, string>, answer: string) =>
      Object.entries(reasons).map(([code, meaning]) => [code, answer, meaning]);
    expect(table("reasons")).toEqual([
      ...rows(UNAUTHENTICATED_REASONS, "401"),
      ...rows(FORBID_REASONS, "403"),
      ...rows(COULD_NOT_TELL_REASONS, "503"),
    ]);
  });

  test("lists every environment variable", () => {
    expect(firstCells("environment")).toEqual(Object.values(ENV));
  });

  test("states the defaults that the parser applies", () => {
    const stated: Record<string, string> = Object.fromEntries(
      table("environment")
        .filter(([, , fallback]) => fallback !== "none")
        .map(([name = "", , fallback = ""]) => [name, fallback]),
    );
    const required = {
      [ENV.issuers]: "https://acme.eu.auth0.com/",
      [ENV.audiences]: "https://api.acme.com",
      [ENV.tenantTable]: "tenants",
    };
    expect(parseConfig({ ...required, ...stated })).toEqual(
      parseConfig(required),
    );
  });

  test("lists every attribute of the tenant record", () => {
    expect(firstCells("record")).toEqual(["azp", ...RECORD_ATTRIBUTES]);
  });

  test("lists every context key of the app", () => {
    expect(firstCells("context").sort()).toEqual([...CONTEXT_KEYS].sort());
  });

  test("shows only routes that parse", () => {
    const tenantId = parseTenantId("acme");
    const routes = [...readme.matchAll(/^\| `(!?[A-Z*,]+ \/[^`]*)`/gm)].map(
      ([, route]) => route ?? "",
    );
    expect(routes.length).toBeGreaterThanOrEqual(4);
    for (const route of routes) {
      expect(tenantId && parseRoute(route, tenantId)).toMatchObject({
        ok: true,
      });
    }
  });

  test("names only npm scripts that exist", () => {
    const named = [...readme.matchAll(/npm (?:run )?([a-z][a-z:-]*)/g)].map(
      ([, script]) => script ?? "",
    );
    const builtIn = new Set([
      "ci",
      "install",
      "pack",
      "registry",
      "registry:",
      "and",
    ]);
    expect(
      named.filter(
        (script) => !builtIn.has(script) && !(script in packageJson.scripts),
      ),
    ).toEqual([]);
  });

  test("links only to files that exist", () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, target]) => target ?? "",
    );
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !existsSync(new URL(link, root)))).toEqual(
      [],
    );
  });
});

describe("docs/", () => {
  const pages = readdirSync(new URL("docs/", root)).filter((name) =>
    name.endsWith(".md"),
  );

  test("every page is linked from the README", () => {
    expect(pages.filter((name) => !readme.includes(`(docs/${name})`))).toEqual(
      [],
    );
  });

  /** As GitHub makes it of a heading. */
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");

  const anchorsOf = (page: URL): readonly string[] =>
    [...readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm)].map(
      ([, heading = ""]) => anchorOf(heading),
    );

  test.each(["README.md", ...pages.map((name) => `docs/${name}`)])(
    "%s links only to pages and sections that exist",
    (name) => {
      const page = new URL(name, root);
      const links = [
        ...readFileSync(page, "utf8").matchAll(/\]\((?!https?:)([^)\s]+)\)/g),
      ].map(([, target = ""]) => target);
      const broken = links.filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? page : new URL(path, page);
        return (
          !existsSync(target) ||
          (anchor !== undefined && !anchorsOf(target).includes(anchor))
        );
      });
      expect(broken).toEqual([]);
    },
  );
});
