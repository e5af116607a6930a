import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { toPlain } from "./plain-value.ts";

/** Whether two values are the same to DynamoDB: members of maps and sets have no order. */
export function isSameValue(
  a: AttributeValue | undefined,
  b: AttributeValue | undefined,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonical(toPlain(a)) === canonical(toPlain(b));
}

/** Plain values hold sets in order already; what is left are the members of maps. */
function canonical(plain: unknown): string {
  return JSON.stringify(plain, (_name, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : value,
  );
}
