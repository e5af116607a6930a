/** Markup in which every value is text, unless it is markup itself. */
export interface Html {
  readonly markup: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Values may stand in elements and in quoted attributes; not in scripts, styles or comments. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  const parts = strings.map((string, index) => {
    const value = values[index];
    return string + (value === undefined ? "" : toMarkup(value));
  });
  return { markup: parts.join("") };
}

/** For constants of our own, never for anything that came from outside. */
export function trusted(markup: string): Html {
  return { markup };
}

export function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

function toMarkup(value: string | Html | readonly Html[]): string {
  if (typeof value === "string") return escapeText(value);
  return "markup" in value
    ? value.markup
    : value.map(({ markup }) => markup).join("");
}
