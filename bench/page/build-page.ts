import { format, resolveConfig } from "prettier";
import { fillBlocks } from "./marked-blocks.ts";
import type { Results } from "./results.ts";
import { SECTIONS } from "./sections.ts";

export const PERFORMANCE_PAGE = "docs/performance.md";

/**
 * The page with every marked block written from the results, in the form that the format check wants.
 *
 * @throws when the page and the sections do not fit together, or a result lacks what an aim is judged by
 */
export async function buildPage(
  page: string,
  results: Results,
): Promise<string> {
  const contents = Object.fromEntries(
    Object.entries(SECTIONS).map(([name, render]) => [name, render(results)]),
  );
  const options = await resolveConfig(PERFORMANCE_PAGE);
  return format(fillBlocks(page, contents), {
    ...options,
    parser: "markdown",
  });
}
