/** What a write changes, for people: one line per attribute, and per route. */
import { isSameValue } from "./same-value.ts";
import type { Item } from "./plain-record.ts";
import { attributeToPlain, RECORD_ATTRIBUTES } from "./plain-record.ts";

export interface AttributeChange {
  readonly attribute: string;
  /** Plain JSON; absent where there was nothing. */
  readonly before?: unknown;
  readonly after?: unknown;
}

export function diffItems(
  before: Item,
  after: Item,
): readonly AttributeChange[] {
  const names = new Set([
    ...RECORD_ATTRIBUTES,
    ...Object.keys(before),
    ...Object.keys(after),
  ]);
  return [...names]
    .filter((name) => !isSameValue(before[name], after[name]))
    .map((attribute) => {
      const [from, to] = [before[attribute], after[attribute]];
      return {
        attribute,
        ...(from && { before: attributeToPlain(attribute, from) }),
        ...(to && { after: attributeToPlain(attribute, to) }),
      };
    });
}

/** `  - plan: free` and `  + plan: pro`, a line for each member of a list that comes or goes. */
export function formatChanges(
  changes: readonly AttributeChange[],
): readonly string[] {
  return changes.flatMap(({ attribute, before, after }) => {
    if (Array.isArray(before) && Array.isArray(after)) {
      const gone = before.filter((member) => !after.includes(member));
      const come = after.filter((member) => !before.includes(member));
      if (gone.length + come.length > 0) {
        return [...lines("-", attribute, gone), ...lines("+", attribute, come)];
      }
    }
    return [
      ...lines("-", attribute, before === undefined ? [] : [before]),
      ...lines("+", attribute, after === undefined ? [] : [after]),
    ];
  });
}

function lines(
  sign: string,
  attribute: string,
  values: readonly unknown[],
): readonly string[] {
  return values.map((value) => `  ${sign} ${attribute}: ${formatValue(value)}`);
}

export function formatValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
