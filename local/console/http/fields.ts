/** Reads the members of a JSON body; each refusal names the member. */
import { ownProperty, type JsonRecord } from "../../json.ts";
import { badRequest } from "../console-error.ts";

export function getText(body: JsonRecord, name: string): string {
  const text = findText(body, name);
  if (text === undefined) throw badRequest(`${name} is missing`);
  return text;
}

export function findText(body: JsonRecord, name: string): string | undefined {
  const value = ownProperty(body, name);
  if (value === undefined || typeof value === "string") return value;
  throw badRequest(`${name} is not text`);
}

export function getOneOf<T extends string>(
  body: JsonRecord,
  name: string,
  choices: readonly T[],
): T {
  const chosen = findOneOf(body, name, choices);
  if (chosen === undefined) throw badRequest(`${name} is missing`);
  return chosen;
}

export function findOneOf<T extends string>(
  body: JsonRecord,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = findText(body, name);
  const chosen = choices.find((choice) => choice === text);
  if (text !== undefined && chosen === undefined) {
    throw badRequest(`${name} is none of ${choices.join(", ")}`);
  }
  return chosen;
}

export function findBoolean(
  body: JsonRecord,
  name: string,
): boolean | undefined {
  const value = ownProperty(body, name);
  if (value === undefined || typeof value === "boolean") return value;
  throw badRequest(`${name} is neither true nor false`);
}

/** A whole number from 0 to `max`. */
export function findCount(
  body: JsonRecord,
  name: string,
  max: number,
): number | undefined {
  const value = ownProperty(body, name);
  if (value === undefined) return undefined;
  if (
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= 0 &&
    value <= max
  ) {
    return value;
  }
  throw badRequest(`${name} is not a whole number from 0 to ${max}`);
}

/** Members that a route does not know are a mistake of its caller: better said than passed over. */
export function refuseOthers(body: JsonRecord, known: readonly string[]): void {
  const other = Object.keys(body).find((name) => !known.includes(name));
  if (other !== undefined) {
    throw badRequest(
      `the body has a member that is not understood; known are ${known.join(", ") || "none"}`,
    );
  }
}
