import { printable } from "./printable.ts";

/** Columns as wide as their widest cell, two blanks between them, the last one free to run on. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [headings, ...rows].map((cells) => cells.map(printable));
  const widths = headings.map((_, column) =>
    lines.reduce((width, cells) => Math.max(width, widthOf(cells[column])), 0),
  );
  return lines
    .map((cells) =>
      cells
        .map(
          (cell, column) =>
            cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Names and values below each other; a value of several lines stays in its column. */
export function formatFields(
  fields: readonly (readonly [name: string, values: readonly string[]])[],
): string {
  return formatRows(
    fields.flatMap(([name, values]) =>
      values.map((value, index) => [index === 0 ? name : "", value]),
    ),
  );
}

function formatRows(rows: readonly (readonly string[])[]): string {
  const [first, ...rest] = rows;
  return first === undefined ? "" : formatTable(first, rest);
}

/** In code points: close enough for what records hold, which is ASCII but for `meta`. */
function widthOf(cell = ""): number {
  return Array.from(cell).length;
}

/** `1 record`, `2,000 records`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}
