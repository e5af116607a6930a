/** Who may import whom: the table of design.md §1 and style.md §1, read off the import lines of every file. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

interface Layer {
  readonly name: string;
  /** The files it is about. A file belongs to the first layer that it fits. */
  readonly files: RegExp;
  /** What they may import of this repository, but for themselves. */
  readonly mayImport: readonly RegExp[];
  /** Which packages and built-in modules they may import. */
  readonly packages: RegExp;
  /** The handler that it starts, where it is an edge around another. */
  readonly wraps?: RegExp;
}

const NOTHING = /^$/;
const ANYTHING = /./;
const NODE = /^node:/;
const CORE = /^lambda\/core\//;
const ENV_NAMES = /^lambda\/[a-z-]+\/env-names\.ts$/;

const LAYERS: readonly Layer[] = [
  {
    name: "the core imports itself alone",
    files: CORE,
    mayImport: [CORE],
    packages: NOTHING,
  },
  {
    name: "the names of environment variables import nothing",
    files: ENV_NAMES,
    mayImport: [],
    packages: NOTHING,
  },
  {
    name: "the handler is the edge: it imports its own function's files",
    files: /^lambda\/authorizer\/handler\.ts$/,
    mayImport: [/^lambda\/authorizer\//, CORE],
    packages: NODE,
  },
  {
    name: "an adapter imports the core, adapters beside it, and the world",
    files: /^lambda\/authorizer\/adapters\//,
    mayImport: [CORE, /^lambda\/authorizer\/adapters\//],
    packages: ANYTHING,
  },
  {
    name: "the rest of the authorizer imports the core, never an adapter",
    files: /^lambda\/authorizer\//,
    mayImport: [
      CORE,
      ENV_NAMES,
      /^lambda\/authorizer\/(?:step-times|fault-counts|kept-decisions)\.ts$/,
    ],
    packages: NOTHING,
  },
  {
    name: "the shadow wraps the authorizer's handler, and knows the type of its own",
    files: /^lambda\/authorizer-shadow\//,
    mayImport: [
      /^lambda\/authorizer-shadow\//,
      CORE,
      /^lambda\/authorizer\/(?:handler|create-authorizer)\.ts$/,
    ],
    packages: NODE,
    wraps: /^lambda\/authorizer\/handler\.ts$/,
  },
  {
    name: "the sample backend knows nothing of the authorizer",
    files: /^lambda\/echo\//,
    mayImport: [/^lambda\/echo\/env-names\.ts$/],
    packages: /^aws-lambda$/,
  },
  {
    name: "what stands in for parts of the SDK imports nothing",
    files: /^lambda\/sdk-stand-ins\//,
    mayImport: [],
    packages: NOTHING,
  },
  {
    name: "what stands in for a library's layer over Node imports Node alone",
    files: /^lambda\/library-stand-ins\//,
    mayImport: [],
    packages: NODE,
  },
  {
    name: "another function imports the core and its own files",
    files: /^lambda\/tenant-changes\//,
    mayImport: [CORE, /^lambda\/tenant-changes\//],
    packages: ANYTHING,
  },
  {
    name: "the function that makes keys imports the core and its own files",
    files: /^lambda\/tenant-keys\//,
    mayImport: [CORE, /^lambda\/tenant-keys\//],
    packages: ANYTHING,
  },
  {
    name: "constructs know of a function the names of its variables",
    files: /^lib\//,
    mayImport: [/^lib\//, ENV_NAMES],
    packages: ANYTHING,
  },
  {
    // Beyond the table, and with a reason: a snapshot holds what the function itself would have fetched and kept.
    name: "the snapshot is taken by the function's own fetcher and key rules",
    files: /^bin\/keys-snapshot\//,
    mayImport: [/^lambda\/authorizer\/adapters\//, /^lib\//, CORE],
    packages: NODE,
  },
  {
    name: "programs import the constructs and the core",
    files: /^bin\//,
    mayImport: [/^bin\//, /^lib\//, CORE],
    packages: ANYTHING,
  },
  {
    name: "the console's page imports of its server the words they share",
    files: /^local\/console\/page\//,
    mayImport: [/^local\/console\/page\//, /^local\/console\/api\.ts$/],
    packages: /^preact$|^preact\/hooks$/,
  },
  {
    name: "the local run imports nothing of what it runs",
    files: /^local\//,
    mayImport: [/^local\//],
    packages: ANYTHING,
  },
];

/** What its own tests and nobody else may import. */
const EDGES = /^lambda\/[a-z-]+\/handler\.ts$/;

const FOLDERS = ["bin", "lib", "lambda", "local"];
const ROOT = join(import.meta.dirname, "..");

interface Source {
  /** Relative to the root, with slashes. */
  readonly file: string;
  readonly text: string;
}

const IMPORT =
  /^(?:import|export)\b(?:[^;"']*?\bfrom)?\s*["']([^"']+)["']|\bimport\s*\(\s*["'`]([^"'`]+)["'`]/gm;

/** What a file imports: paths from the root, or the names of packages. */
function importsOf({ file, text }: Source): readonly string[] {
  return [...text.matchAll(IMPORT)].map(([, from, called]) => {
    const specifier = from ?? called ?? "";
    return specifier.startsWith(".")
      ? join(dirname(file), specifier)
      : specifier;
  });
}

/** The imports of a file that its layer does not allow. */
function breachesOf(source: Source): readonly string[] {
  const layer = LAYERS.find(({ files }) => files.test(source.file));
  if (layer === undefined) return [`${source.file} belongs to no layer`];
  return importsOf(source)
    .filter((imported) => !mayImport(layer, imported))
    .map((imported) => `${source.file} imports ${imported}: ${layer.name}`);
}

function mayImport(layer: Layer, imported: string): boolean {
  const isOurs = /^(?:\.\.|bin|bench|lambda|lib|local|test)\//.test(imported);
  if (!isOurs) return layer.packages.test(imported);
  return (
    layer.mayImport.some((allowed) => allowed.test(imported)) &&
    (!EDGES.test(imported) || layer.wraps?.test(imported) === true)
  );
}

function readSources(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), "utf8") }));
}

const SOURCES = FOLDERS.flatMap(readSources);

describe("the folders", () => {
  test("import only what their layer allows", () => {
    expect(SOURCES.length).toBeGreaterThan(50);
    expect(SOURCES.flatMap(breachesOf)).toEqual([]);
  });

  test("are all accounted for: every layer but the coming ones has files", () => {
    const empty = LAYERS.filter(
      ({ files }) => !SOURCES.some(({ file }) => files.test(file)),
    );
    expect(empty.map(({ name }) => name)).toEqual([]);
  });

  test("an adapter imports one package from outside", () => {
    const adapters = SOURCES.filter(({ file }) => file.includes("/adapters/"));
    for (const adapter of adapters) {
      const packages = importsOf(adapter)
        .filter((imported) => !/^(?:node:|lambda\/)/.test(imported))
        .map((imported) =>
          imported.split("/", imported.startsWith("@") ? 2 : 1).join("/"),
        );
      expect([adapter.file, [...new Set(packages)].length]).toEqual([
        adapter.file,
        Math.min(packages.length, 1),
      ]);
    }
  });

  test("a handler is imported by the tests of its own function alone", () => {
    for (const source of readSources("test")) {
      for (const handler of importsOf(source).filter((name) =>
        EDGES.test(name),
      )) {
        expect(source.file).toMatch(
          new RegExp(`^test/${dirname(handler)}(?:/|\\.test\\.ts$)`),
        );
      }
    }
  });
});

describe("the core", () => {
  const core = SOURCES.filter(({ file }) => file.startsWith("lambda/core/"));

  test.each([
    "process",
    "console",
    "performance",
    "setTimeout",
    "setInterval",
    "fetch",
    "Math.random",
    "Date.now",
    "new Date()",
  ])("does without %s", (name) => {
    const word = new RegExp(
      `(?<![\\w.$])${name.replaceAll(/[.()]/g, String.raw`\$&`)}(?![\\w$])`,
    );
    const users = core.filter(({ text }) => word.test(withoutComments(text)));
    expect(users.map(({ file }) => file)).toEqual([]);
  });
});

/** The code alone: no comment, and no text but what is substituted into it. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/^\s*\/\/.*$/gm, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

describe("a breach is found:", () => {
  test.each([
    {
      file: "lambda/core/policy.ts",
      text: 'import { get } from "node:https";',
    },
    {
      file: "lambda/core/policy.ts",
      text: 'import {\n  a,\n  b,\n} from "../authorizer/config.ts";',
    },
    {
      file: "lambda/core/policy.ts",
      text: 'export { a } from "aws-jwt-verify";',
    },
    { file: "lambda/core/policy.ts", text: 'import "aws-jwt-verify";' },
    {
      file: "lambda/core/policy.ts",
      text: 'const a = await import("../../lib/x.ts");',
    },
    {
      file: "lambda/authorizer/create-authorizer.ts",
      text: 'import type { A } from "./adapters/clock.ts";',
    },
    {
      file: "lambda/authorizer/create-authorizer.ts",
      text: 'import { A } from "@aws-sdk/client-dynamodb";',
    },
    {
      file: "lambda/authorizer/adapters/clock.ts",
      text: 'import { a } from "../config.ts";',
    },
    {
      file: "lambda/authorizer/adapters/clock.ts",
      text: 'import { a } from "../handler.ts";',
    },
    {
      file: "lambda/authorizer/config.ts",
      text: 'import { a } from "./handler.ts";',
    },
    {
      file: "lambda/echo/handler.ts",
      text: 'import { a } from "../core/json.ts";',
    },
    {
      file: "lambda/tenant-changes/flush.ts",
      text: 'import { a } from "../authorizer/adapters/clock.ts";',
    },
    {
      file: "lambda/authorizer-shadow/verdict.ts",
      text: 'import { a } from "../authorizer/adapters/clock.ts";',
    },
    {
      file: "lambda/authorizer-shadow/verdict.ts",
      text: 'import { a } from "../tenant-changes/handler.ts";',
    },
    {
      file: "local/start.ts",
      text: 'import { a } from "../lambda/core/json.ts";',
    },
    {
      file: "local/console/page/app.tsx",
      text: 'import { a } from "../console.ts";',
    },
    {
      file: "local/start.ts",
      text: 'import { a } from "../lib/tenant-api-stack.ts";',
    },
    {
      file: "local/start.ts",
      text: 'import { a } from "../test/support/tokens.ts";',
    },
    {
      file: "lib/stack.ts",
      text: 'import { a } from "../lambda/authorizer/config.ts";',
    },
    {
      file: "bin/app.ts",
      text: 'import { a } from "../lambda/authorizer/config.ts";',
    },
    { file: "bin/app.ts", text: 'import { a } from "../local/start.ts";' },
    { file: "elsewhere/a.ts", text: "" },
  ])("$file with $text", (source) => {
    expect(breachesOf(source)).toHaveLength(1);
  });

  test.each([
    {
      file: "lib/stack.ts",
      text: 'import { ENV } from "../lambda/authorizer/env-names.ts";',
    },
    {
      file: "lambda/core/policy.ts",
      text: 'import { a } from "./routes.ts";\n// import x from "aws-jwt-verify";',
    },
    {
      file: "bin/app.ts",
      text: 'import { a } from "../lambda/core/json.ts";\nimport { App } from "aws-cdk-lib";',
    },
  ])("and none where there is none: $file with $text", (source) => {
    expect(breachesOf(source)).toEqual([]);
  });
});
