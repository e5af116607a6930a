/** JSON without rounding: a whole number that a JavaScript number cannot hold stays whole, as a bigint. */

/** What `JSON.parse` hands a reviver beside name and value; TypeScript's library does not know it yet. */
interface Source {
  readonly source?: string;
}

type Reviver = (name: string, value: unknown, context: Source) => unknown;

/** @throws SyntaxError, also for a fraction that would be rounded */
export function parseExactJson(text: string): unknown {
  const revive: Reviver = (name, value, { source }) => {
    if (typeof value !== "number" || source === undefined) return value;
    if (/^-?[0-9]+$/.test(source) && !Number.isSafeInteger(value)) {
      return BigInt(source);
    }
    if (String(value) === withoutTrailingZeros(source)) return value;
    throw new SyntaxError(
      `${name}: the number ${source} would be rounded: write it as {"$N": "…"}`,
    );
  };
  return JSON.parse(text, revive as (name: string, value: unknown) => unknown);
}

/** `1.50` is 1.5, and `-0` is 0. */
function withoutTrailingZeros(source: string): string {
  const trimmed = source.includes(".")
    ? source.replace(/0+$/, "").replace(/\.$/, "")
    : source;
  return trimmed === "-0" ? "0" : trimmed;
}
