/** Blocks of a Markdown page that a program writes: between `<!-- generated:name -->` and `<!-- /generated -->`. */

const BLOCK =
  /<!-- generated:([a-z-]+) -->\n(?:(?!<!-- generated:)[\s\S])*?<!-- \/generated -->/g;
const MARKER = /<!-- \/?generated\b[^>]*-->/g;

/**
 * The page with each block's content replaced by what `contents` has under its name.
 *
 * @throws when a block has no content or stands twice, a content has no block, or a marker has no partner
 */
export function fillBlocks(
  page: string,
  contents: Readonly<Record<string, string>>,
): string {
  const blocks = [...page.matchAll(BLOCK)].map(([, name = ""]) => name);
  const names = Object.keys(contents);
  const problems = [
    ...blocks
      .filter((name) => !Object.hasOwn(contents, name))
      .map((name) => `nothing writes the block ${name}`),
    ...blocks
      .filter((name, at) => blocks.indexOf(name) !== at)
      .map((name) => `the block ${name} stands twice`),
    ...names
      .filter((name) => !blocks.includes(name))
      .map((name) => `the page has no block ${name}`),
    ...((page.match(MARKER) ?? []).length === 2 * blocks.length
      ? []
      : ["a marker has no partner"]),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return page.replaceAll(
    BLOCK,
    (_, name: string) =>
      `<!-- generated:${name} -->\n\n${contents[name] ?? ""}\n\n<!-- /generated -->`,
  );
}
