/** The attributes of a record as options of `add` and `set`. */
import { InvalidArgumentError, Option } from "commander";
import { type Plain, fromPlain } from "./plain-value.ts";

/** A claim or a context key, and one value of it. */
export type Entry = readonly [name: string, value: string | number | boolean];

export interface RecordOptions {
  readonly tenant?: string;
  readonly status?: string;
  readonly route?: readonly string[];
  readonly require?: readonly Entry[];
  readonly issuer?: string;
  readonly plan?: string;
  readonly expiresAt?: number;
  readonly tokensValidAfter?: number;
  readonly context?: readonly Entry[];
  readonly meta?: Readonly<Record<string, Plain>>;
}

/** Several words after one option would swallow the arguments behind it, so each is given by itself. */
function collect<Value>(
  parse: (text: string) => Value,
): (text: string, collected?: readonly Value[]) => readonly Value[] {
  return (text, collected = []) => [...collected, parse(text)];
}

export function buildRecordOptions(): readonly Option[] {
  return [
    new Option("--status <status>", "active or suspended"),
    new Option(
      "--route <route>",
      'a route, as in "GET,POST /acme/orders"; repeat for several',
    ).argParser(collect((text) => text)),
    new Option(
      "--require <claim=value>",
      "a claim that a token must hold; repeat for several, or for any of several values; := for JSON",
    ).argParser(collect(parseEntry)),
    new Option("--issuer <url>", "the only issuer, exactly as in iss"),
    new Option("--plan <plan>", "the usage plan"),
    new Option(
      "--expires-at <time>",
      "from then the record is gone: epoch seconds or 2027-01-31T00:00:00Z",
    ).argParser(parseTime),
    new Option(
      "--tokens-valid-after <time>",
      "tokens issued earlier are refused",
    ).argParser(parseTime),
    new Option(
      "--context <key=value>",
      "a value for the backend; repeat for several; := for JSON",
    ).argParser(collect(parseEntry)),
    new Option("--meta <json>", "the team's own data, an object").argParser(
      parseMeta,
    ),
  ];
}

/** `org_id=org_a` is text; `seats:=5` and `trial:=true` are JSON. The first `=` divides. */
export function parseEntry(text: string): Entry {
  const at = text.indexOf("=");
  const isJson = text[at - 1] === ":";
  const name = text.slice(0, isJson ? at - 1 : at);
  if (at === -1 || name === "") {
    throw new InvalidArgumentError("Expected name=value, or name:=JSON.");
  }
  const value = text.slice(at + 1);
  return [name, isJson ? parseScalar(value) : value];
}

function parseScalar(text: string): string | number | boolean {
  const value = parseJson(text);
  if (
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  ) {
    return value;
  }
  throw new InvalidArgumentError("Expected a text, a number, true or false.");
}

/** @returns epoch seconds */
export function parseTime(text: string): number {
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$/.test(text);
  const seconds = isDate ? Date.parse(text) / 1_000 : Number(text);
  if (text === "" || !Number.isFinite(seconds)) {
    throw new InvalidArgumentError(
      "Expected epoch seconds, or a date as 2027-01-31T00:00:00Z.",
    );
  }
  // The parser judges the rest: whole, not negative, not milliseconds.
  return isDate ? Math.floor(seconds) : seconds;
}

function parseMeta(text: string): Readonly<Record<string, Plain>> {
  const value = parseJson(text);
  try {
    if (fromPlain(value).M !== undefined) {
      return value as Readonly<Record<string, Plain>>;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new InvalidArgumentError(`${error.message}.`);
  }
  throw new InvalidArgumentError('Expected a JSON object, as {"crm": 17}.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError("Expected JSON.");
  }
}
