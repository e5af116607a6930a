/**
 * A DynamoDB value as plain JSON, and back, without loss. What JSON has a form for takes it; for the rest there is
 * an object whose one member is named `$` and the DynamoDB type: `{"$SS": ["a"]}`, `{"$N": "1e100"}`.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { isJsonObject } from "../../../lambda/core/json.ts";

export type Plain =
  | null
  | string
  | number
  | boolean
  | readonly Plain[]
  | { readonly [name: string]: Plain };

/** The types that only the `$` form tells apart. */
const TAGGED = ["SS", "NS", "BS", "B", "N", "L", "M"] as const;

/** Where an array of distinct strings stands for a string set and not for a list: for the value, or its members. */
export type Sets = "nowhere" | "itself" | "members";

export function toPlain(value: AttributeValue, sets: Sets = "nowhere"): Plain {
  const isSet = sets === "itself";
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return numberToPlain(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.SS !== undefined) {
    const strings = [...value.SS].sort();
    return isSet ? strings : { $SS: strings };
  }
  if (value.L !== undefined) {
    const list = value.L.map((member) => toPlain(member));
    return isSet && isDistinctStrings(list) ? { $L: list } : list;
  }
  if (value.M !== undefined) {
    const map = mapToPlain(value.M, setsOfMembers(sets));
    return isTag(map) ? { $M: map } : map;
  }
  if (value.NS !== undefined) return { $NS: [...value.NS].sort() };
  if (value.BS !== undefined) return { $BS: value.BS.map(toBase64).sort() };
  if (value.B !== undefined) return { $B: toBase64(value.B) };
  throw new Error("a DynamoDB type that this command does not know");
}

function mapToPlain(
  map: Readonly<Record<string, AttributeValue>>,
  sets: Sets,
): Readonly<Record<string, Plain>> {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [name, toPlain(value, sets)]),
  );
}

/** @throws TypeError with a message that says what has no form in DynamoDB */
export function fromPlain(
  plain: unknown,
  sets: Sets = "nowhere",
): AttributeValue {
  if (typeof plain === "string") return { S: plain };
  if (typeof plain === "boolean") return { BOOL: plain };
  if (plain === null) return { NULL: true };
  if (typeof plain === "number" || typeof plain === "bigint") {
    return { N: numberFromPlain(plain) };
  }
  if (Array.isArray(plain)) {
    return sets === "itself" && isDistinctStrings(plain)
      ? { SS: plain }
      : { L: plain.map((member) => fromPlain(member)) };
  }
  if (!isJsonObject(plain)) throw new TypeError("expected a JSON value");
  return isTag(plain)
    ? fromTag(plain, sets)
    : { M: mapFromPlain(plain, setsOfMembers(sets)) };
}

function mapFromPlain(
  map: Readonly<Record<string, unknown>>,
  sets: Sets,
): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [name, fromPlain(value, sets)]),
  );
}

function setsOfMembers(sets: Sets): Sets {
  return sets === "members" ? "itself" : "nowhere";
}

function numberToPlain(text: string): Plain {
  return isExact(text) ? Number(text) : { $N: text };
}

function numberFromPlain(value: number | bigint): string {
  const text = String(value);
  if (isExact(text)) return text;
  throw new TypeError(
    `the number ${text} would be rounded: write it as {"$N": "…"}`,
  );
}

/** Whether a JavaScript number has this decimal form and no other. */
function isExact(text: string): boolean {
  const value = Number(text);
  return (
    /^-?[0-9]+(\.[0-9]+)?$/.test(text) &&
    String(value) === text &&
    (Number.isSafeInteger(value) || !Number.isInteger(value))
  );
}

/** DynamoDB holds no empty set, so an empty array is a list. */
function isDistinctStrings(list: readonly unknown[]): list is string[] {
  return (
    list.length > 0 &&
    list.every((member) => typeof member === "string") &&
    new Set(list).size === list.length
  );
}

function isTag(map: Readonly<Record<string, unknown>>): boolean {
  const [name, ...others] = Object.keys(map);
  return others.length === 0 && TAGGED.some((type) => name === `$${type}`);
}

function fromTag(
  tag: Readonly<Record<string, unknown>>,
  sets: Sets,
): AttributeValue {
  const [[name, content] = ["", undefined]] = Object.entries(tag);
  const strings =
    Array.isArray(content) &&
    content.every((member) => typeof member === "string")
      ? content
      : undefined;
  if (name === "$L" && Array.isArray(content)) {
    return { L: content.map((member) => fromPlain(member)) };
  }
  if (name === "$M" && isJsonObject(content)) {
    return { M: mapFromPlain(content, setsOfMembers(sets)) };
  }
  if (name === "$N" && typeof content === "string") return { N: content };
  if (name === "$B" && typeof content === "string") {
    return { B: Buffer.from(content, "base64") };
  }
  if (strings !== undefined && isDistinctStrings(strings)) {
    if (name === "$SS") return { SS: strings };
    if (name === "$NS") return { NS: strings };
    if (name === "$BS") {
      return { BS: strings.map((text) => Buffer.from(text, "base64")) };
    }
  }
  throw new TypeError(`${name} does not hold what its type needs`);
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
