/**
 * Builds the authorizer as lib/node-function.ts has it built, and keeps esbuild's account of what went in. That both
 * give the same bytes is a test of test/lib/bundle.test.ts.
 */
import { join } from "node:path";
import { type BuildOptions, type Metafile, build } from "esbuild";
import { FUNCTION_BUNDLE, PROJECT_ROOT } from "../../lib/function-bundle.ts";

export { PROJECT_ROOT };

export const AUTHORIZER_ENTRY = join(
  PROJECT_ROOT,
  "lambda/authorizer/handler.ts",
);

/** The options that are the product's own, beside those that any Node bundle needs. */
export const PRODUCT_OPTIONS = {
  mainFields: FUNCTION_BUNDLE.mainFields,
  minify: FUNCTION_BUNDLE.minify,
  alias: FUNCTION_BUNDLE.alias,
} as const satisfies BuildOptions;

export interface BuiltBundle {
  readonly code: string;
  readonly metafile: Metafile;
}

/** @param options on top of a bundle for Node 24 as one ES module */
export async function buildBundle(options: BuildOptions): Promise<BuiltBundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: PROJECT_ROOT,
    bundle: true,
    platform: "node",
    target: FUNCTION_BUNDLE.target,
    format: FUNCTION_BUNDLE.format,
    outfile: "index.mjs",
    logLevel: "error",
    ...options,
    write: false,
    metafile: true,
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild wrote nothing");
  return { code: output.text, metafile };
}

export function buildAuthorizer(): Promise<BuiltBundle> {
  return buildBundle({ entryPoints: [AUTHORIZER_ENTRY], ...PRODUCT_OPTIONS });
}
