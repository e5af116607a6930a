/** A whole record as plain JSON, its attributes in the order of the documentation. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Plain, type Sets, fromPlain, toPlain } from "./plain-value.ts";

export type Item = Readonly<Record<string, AttributeValue>>;
export type PlainRecord = Readonly<Record<string, Plain>>;

/** Beside the key: the record's attributes, as the function's parser knows them. */
export const RECORD_ATTRIBUTES = [
  "tenantId",
  "status",
  "routes",
  "require",
  "issuer",
  "tokensValidAfter",
  "expiresAt",
  "plan",
  "usageKey",
  "context",
  "meta",
];

export function itemToPlain(item: Item, tenantClaim: string): PlainRecord {
  const known = [tenantClaim, ...RECORD_ATTRIBUTES];
  const unknown = Object.keys(item).filter((name) => !known.includes(name));
  const names = [...known, ...unknown.sort()];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = item[name];
      return value === undefined ? [] : [[name, attributeToPlain(name, value)]];
    }),
  );
}

/** @throws TypeError naming the attribute that has no form in DynamoDB */
export function plainToItem(record: Readonly<Record<string, unknown>>): Item {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      try {
        return [name, plainToAttribute(name, value)];
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        throw new TypeError(`${name}: ${error.message}`, { cause: error });
      }
    }),
  );
}

export function attributeToPlain(name: string, value: AttributeValue): Plain {
  return toPlain(value, setsOf(name));
}

export function plainToAttribute(name: string, value: unknown): AttributeValue {
  return fromPlain(value, setsOf(name));
}

/** `routes`, and the values under `require`, are sets unless they say otherwise. */
function setsOf(attribute: string): Sets {
  if (attribute === "routes") return "itself";
  return attribute === "require" ? "members" : "nowhere";
}
