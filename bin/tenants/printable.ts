/**
 * Rows are written by anybody with a console: what they hold must not steer a terminal. Control characters, and the
 * marks that turn the direction of text round, are shown as `\u{…}`.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export function printable(text: string): string {
  return text.replaceAll(
    UNPRINTABLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** JSON on one line or several, in which such characters are escaped as JSON has it. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent)
    .split("\n")
    .map((line) =>
      line.replaceAll(UNPRINTABLE, (character) =>
        Array.from(
          { length: character.length },
          (_, index) =>
            `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
        ).join(""),
      ),
    )
    .join("\n");
}
