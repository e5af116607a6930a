/**
 * Reads resource properties at start. Whatever the gateway would have to ignore is refused here by name: a local
 * run that quietly drops a guard of the template would prove nothing.
 */
import { isRecord, isStringRecord, type JsonRecord } from "../json.ts";
import type { StackResource } from "../stack.ts";

export interface Properties {
  /** What error messages call this place, for example `Method ApiproxyANY`. */
  readonly where: string;
  readonly values: JsonRecord;
}

export function propertiesOf(resource: StackResource): Properties {
  const type = resource.type.split("::").at(-1) ?? resource.type;
  return {
    where: `${type} ${resource.logicalId}`,
    values: resource.properties,
  };
}

export function findString(
  { where, values }: Properties,
  name: string,
): string | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  // CloudFormation takes numbers and booleans where text is declared.
  if (typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw templateError(where, `${name} is not text`);
}

export function getString(properties: Properties, name: string): string {
  const value = findString(properties, name);
  if (value === undefined) {
    throw templateError(properties.where, `${name} is missing`);
  }
  return value;
}

export function findNumber(
  properties: Properties,
  name: string,
): number | undefined {
  const text = findString(properties, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw templateError(properties.where, `${name} is not a number`);
  }
  return value;
}

/** An absent map is an empty one. */
export function getStringMap(
  { where, values }: Properties,
  name: string,
): Readonly<Record<string, string>> {
  const value = values[name] ?? {};
  if (!isStringRecord(value)) {
    throw templateError(where, `${name} is not a map of text`);
  }
  return value;
}

export function findNested(
  { where, values }: Properties,
  name: string,
): Properties | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw templateError(where, `${name} is not an object`);
  return { where: `${where} ${name}`, values: value };
}

/** An absent list is an empty one. */
export function getList(
  { where, values }: Properties,
  name: string,
): readonly unknown[] {
  const value = values[name] ?? [];
  if (!Array.isArray(value)) {
    throw templateError(where, `${name} is not a list`);
  }
  return value as readonly unknown[];
}

/** Refuses each of these properties when it stands in the template. */
export function refuse(
  { where, values }: Properties,
  ...names: readonly string[]
): void {
  for (const name of names) {
    const value = values[name];
    if (value !== undefined && value !== false) {
      throw templateError(where, `${name} is not emulated`);
    }
  }
}

export function templateError(where: string, problem: string): Error {
  return new Error(
    `local gateway cannot run this template: ${where}: ${problem}`,
  );
}
