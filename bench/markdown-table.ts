/** A Markdown table: the first column is text, the others are figures. */

export type Cell = string | number;

export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): string {
  const rule = columns.map((_, index) => (index === 0 ? "---" : "---:"));
  return [columns, rule, ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
