/** `IdentityValidationExpression`: a Java regular expression that the whole header must match. */
import { templateError } from "./template-properties.ts";

/**
 * Java and JavaScript share the part that validation expressions use. What JavaScript's strict `u` mode does not
 * take (possessive quantifiers, `\A`, `\Q…\E`) is refused at start rather than read as something else.
 */
export function compileIdentityValidation(
  expression: string,
  where: string,
): (header: string) => boolean {
  const [, caseFlag = "", pattern = ""] =
    /^(\(\?i\))?(.*)$/s.exec(expression) ?? [];
  // Java lets any character that is not a letter or digit be escaped; `u` mode only some.
  const translated = pattern.replace(
    /\\([^A-Za-z0-9\\])/g,
    (_, character: string) =>
      `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  try {
    const regex = new RegExp(
      `^(?:${translated})$`,
      caseFlag === "" ? "u" : "iu",
    );
    return (header) => regex.test(header);
  } catch (error) {
    throw templateError(
      where,
      `IdentityValidationExpression is not emulated: ${error instanceof Error ? error.message : "unknown"}`,
    );
  }
}
