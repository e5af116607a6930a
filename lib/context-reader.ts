/**
 * Reads CDK context values, which are strings from the command line and may be lists, numbers and booleans from a
 * file. A value that is not given, or empty, is `undefined`. Problems are collected, so that all can be told at once.
 */

export type Check = (text: string) => string | undefined;

export interface ContextReader {
  /** Problems found so far, each beginning with `missing` or `malformed` and the key. */
  readonly problems: readonly string[];
  readonly isGiven: (key: string) => boolean;
  readonly addMissing: (key: string, what: string) => void;
  readonly addMalformed: (key: string, problem: string | undefined) => void;
  readonly readText: (key: string, check?: Check) => string | undefined;
  /** A list, or one string with commas between the entries. Empty when not given. */
  readonly readList: (key: string, check: Check) => readonly string[];
  /** A list, or one string that is a JSON list. */
  readonly readJsonList: (
    key: string,
    example: string,
    check: Check,
  ) => readonly string[] | undefined;
  /** An object of texts, or one string that is a JSON object of texts. */
  readonly readTextMap: (
    key: string,
    example: string,
  ) => Record<string, string> | undefined;
  readonly readInteger: (
    key: string,
    limits: { readonly min: number; readonly max: number },
  ) => number | undefined;
  readonly readBoolean: (key: string) => boolean | undefined;
}

export function createContextReader(
  context: Readonly<Record<string, unknown>>,
): ContextReader {
  const problems: string[] = [];

  const isGiven = (key: string): boolean =>
    ![undefined, null, ""].includes(context[key] as undefined);

  const addMalformed = (key: string, problem: string | undefined): void => {
    if (problem !== undefined) problems.push(`malformed  ${key}: ${problem}`);
  };

  const readText = (key: string, check?: Check): string | undefined => {
    if (!isGiven(key)) return undefined;
    const value = context[key];
    if (!isScalar(value)) {
      addMalformed(key, "must be one value, not a list or an object");
      return undefined;
    }
    const text = String(value).trim();
    addMalformed(key, check?.(text));
    return text;
  };

  const readList = (key: string, check: Check): readonly string[] => {
    const value = context[key];
    const entries = isTextList(value) ? value : readText(key)?.split(",");
    const list = (entries ?? []).map((entry) => entry.trim());
    for (const entry of list) {
      addMalformed(
        key,
        entry === "" ? "holds an empty entry between its commas" : check(entry),
      );
    }
    return list;
  };

  const readJsonList = (
    key: string,
    example: string,
    check: Check,
  ): readonly string[] | undefined => {
    if (!isGiven(key)) return undefined;
    const value = context[key];
    const list = typeof value === "string" ? parseJson(value) : value;
    if (!isTextList(list)) {
      addMalformed(key, `must be a JSON list of strings, as in ${example}`);
      return undefined;
    }
    for (const entry of list) addMalformed(key, check(entry));
    return list;
  };

  const readTextMap: ContextReader["readTextMap"] = (key, example) => {
    if (!isGiven(key)) return undefined;
    const value = context[key];
    const map = typeof value === "string" ? parseJson(value) : value;
    if (isTextMap(map)) return map;
    addMalformed(key, `must be a JSON object of strings, as in ${example}`);
    return undefined;
  };

  const readInteger: ContextReader["readInteger"] = (key, { min, max }) => {
    const text = readText(key);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    addMalformed(
      key,
      `must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`,
    );
    return undefined;
  };

  const readBoolean = (key: string): boolean | undefined => {
    const text = readText(key);
    if (text === undefined) return undefined;
    if (text !== "true" && text !== "false") {
      addMalformed(key, `must be true or false, not ${JSON.stringify(text)}`);
    }
    return text === "true";
  };

  return {
    problems,
    isGiven,
    addMissing: (key, what) => {
      problems.push(`missing    ${key}: ${what}`);
    },
    addMalformed,
    readText,
    readList,
    readJsonList,
    readTextMap,
    readInteger,
    readBoolean,
  };
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function isTextList(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.every((entry) => typeof entry === "string")
  );
}

function isTextMap(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((entry) => typeof entry === "string")
  );
}

/** The parsed value, or `undefined`, which no caller takes for what it wants. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
