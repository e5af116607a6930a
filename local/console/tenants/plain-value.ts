import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** An attribute as a reader would write it down; numbers stay text, so that no digit is lost. */
export function plainValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return value.N;
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.SS !== undefined) return value.SS;
  if (value.NS !== undefined) return value.NS;
  if (value.L !== undefined) return value.L.map(plainValue);
  if (value.M !== undefined) {
    return Object.fromEntries(
      Object.entries(value.M).map(([name, member]) => [
        name,
        plainValue(member),
      ]),
    );
  }
  return value.NULL === true ? null : "(binary)";
}

/** For showing: text as it is, anything else as JSON. */
export function displayValue(value: AttributeValue | undefined): string {
  if (value === undefined) return "";
  const plain = plainValue(value);
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}
