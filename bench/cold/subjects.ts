/** What is started: the product, and what it is compared with, each a folder with an index.mjs. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import {
  AUTHORIZER_ENTRY,
  type BuiltBundle,
  PRODUCT_OPTIONS,
  PROJECT_ROOT,
  buildAuthorizer,
  buildBundle,
} from "../bundle/build-authorizer.ts";

const HANDLER = { entryPoints: [AUTHORIZER_ENTRY] };

/** For CommonJS packages within an ES module: what everybody puts there. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

const NAIVE: BuildOptions = { ...HANDLER, banner: { js: REQUIRE } };

export interface Subject {
  readonly name: string;
  readonly label: string;
  /** Lambda's task root. */
  readonly folder: string;
  readonly bytes: number;
  /** Whether its round trips are worth counting. */
  readonly travels: boolean;
}

interface Recipe extends Pick<Subject, "name" | "label" | "travels"> {
  readonly build: () => Promise<BuiltBundle>;
}

const RECIPES: readonly Recipe[] = [
  {
    name: "product",
    label: "the authorizer, as deployed",
    travels: true,
    build: buildAuthorizer,
  },
  {
    name: "no-prewarm",
    label: "the same without prewarm",
    travels: true,
    build: () =>
      buildBundle({ ...PRODUCT_OPTIONS, ...HANDLER, plugins: [noPrewarm()] }),
  },
  {
    name: "naive",
    label: "naive build: SDK whole, not minified, no prewarm",
    travels: true,
    build: () => buildBundle({ ...NAIVE, plugins: [noPrewarm()] }),
  },
  {
    name: "unbundled",
    label: "naive build: SDK unbundled, no prewarm",
    travels: false,
    build: () =>
      buildBundle({
        ...NAIVE,
        external: ["@aws-sdk/*"],
        plugins: [noPrewarm()],
      }),
  },
  {
    name: "sample",
    label: "jsonwebtoken + jwks-rsa + GetItem, plainly bundled",
    travels: true,
    build: () =>
      buildBundle({
        entryPoints: [join(import.meta.dirname, "sample.ts")],
        banner: { js: REQUIRE },
      }),
  },
  {
    name: "bare",
    label: "two https requests, one after the other, and nothing else",
    travels: true,
    build: () =>
      buildBundle({ entryPoints: [join(import.meta.dirname, "bare.ts")] }),
  },
  {
    name: "empty",
    label: "an empty handler: the runtime's own cost",
    travels: false,
    build: () =>
      buildBundle({
        stdin: { contents: "export const handler = async () => ({});" },
      }),
  },
];

/** The handler without what it awaits at its end: keys and connections are got by the first event. */
function noPrewarm(): Plugin {
  return {
    name: "no-prewarm",
    setup: (build) => {
      build.onLoad({ filter: /lambda.authorizer.handler\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, "utf8");
        const end = source.search(/^await /m);
        if (end < 0) throw new Error("the handler awaits nothing");
        return { contents: source.slice(0, end), loader: "ts" };
      });
    },
  };
}

/** Builds each of them into a folder of its own below this one. */
export async function buildSubjects(
  folder: string,
): Promise<readonly Subject[]> {
  // For what is left unbundled, as /var/runtime has it on Lambda.
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
  return Promise.all(
    RECIPES.map(async ({ name, label, travels, build }) => {
      const own = join(folder, name);
      mkdirSync(own);
      const { code } = await build();
      writeFileSync(join(own, "index.mjs"), code);
      const bytes = Buffer.byteLength(code);
      return { name, label, folder: own, bytes, travels };
    }),
  );
}
