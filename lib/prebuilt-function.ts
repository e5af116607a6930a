import { join } from "node:path";

/** The file in a prebuilt folder, and the handler in it, as `NodejsFunction` names them for its own bundles. */
export const PREBUILT_FILE = "index.mjs";
export const PREBUILT_HANDLER = "index.handler";

/**
 * Where the build puts a function and where the package looks for it, relative to `dist`.
 *
 * @param entry the handler's file in the repository, such as `lambda/authorizer/handler.ts`
 */
export function findPrebuiltFolder(entry: string): string {
  const path = entry.replace(/^lambda\//, "").replace(/\.ts$/, "");
  return join("functions", path);
}
