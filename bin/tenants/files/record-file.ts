/** Records in a file: JSON Lines, one record a line, or YAML, a list of records. */
import { parseAllDocuments, stringify } from "yaml";
import { isJsonObject } from "../../../lambda/core/json.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { printableJson } from "../printable.ts";
import type { PlainRecord } from "../records/plain-record.ts";
import { parseExactJson } from "./exact-json.ts";

export type FileFormat = "jsonl" | "yaml";

export interface FileRecord {
  /** Where it stands, for messages: `line 3`, `record 3`. */
  readonly place: string;
  readonly record: Readonly<Record<string, unknown>>;
}

const EXTENSIONS: Readonly<Record<string, FileFormat>> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  yaml: "yaml",
  yml: "yaml",
};

/** By the file's extension, unless the format is given; `-` is stdin or stdout, and JSON Lines. */
export function findFormat(
  file: string,
  given: FileFormat | undefined,
): FileFormat {
  const extension = /\.([a-z]+)$/.exec(file.toLowerCase())?.[1] ?? "";
  const format = given ?? (file === "-" ? "jsonl" : EXTENSIONS[extension]);
  if (format !== undefined) return format;
  throw new CommandError(
    EXIT.usage,
    "format_unknown",
    `${file} does not say its format`,
    [
      "name it .jsonl (a record a line) or .yaml (a list of records), or give --format",
    ],
  );
}

/** @throws CommandError naming every place that cannot be read */
export function parseRecords(
  text: string,
  format: FileFormat,
): readonly FileRecord[] {
  const problems: string[] = [];
  const records =
    format === "jsonl" ? parseLines(text, problems) : parseYaml(text, problems);
  if (problems.length === 0) return records;
  throw new CommandError(
    EXIT.refused,
    "file_unreadable",
    "nothing was written: the file cannot be read",
    problems,
  );
}

export function formatRecords(
  records: readonly PlainRecord[],
  format: FileFormat,
): string {
  if (format === "jsonl") {
    return records.map((record) => `${printableJson(record)}\n`).join("");
  }
  return records.length === 0 ? "[]\n" : stringify(records, { lineWidth: 0 });
}

function parseLines(text: string, problems: string[]): readonly FileRecord[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const place = `line ${index + 1}`;
    try {
      const record = parseExactJson(line);
      if (isJsonObject(record)) return [{ place, record }];
      problems.push(`${place}: expected a JSON object`);
    } catch (error) {
      problems.push(`${place}: ${messageOf(error)}`);
    }
    return [];
  });
}

function parseYaml(text: string, problems: string[]): readonly FileRecord[] {
  // Whole numbers as big ones: those that would be rounded are refused further on, not changed here.
  const documents = parseAllDocuments(text, { intAsBigInt: true });
  if (!Array.isArray(documents)) return [];
  const entries = documents.flatMap((document): readonly unknown[] => {
    problems.push(...document.errors.map(messageOf));
    if (document.errors.length > 0) return [];
    try {
      const content: unknown = document.toJS();
      if (content === null) return [];
      return Array.isArray(content) ? (content as unknown[]) : [content];
    } catch (error) {
      // An alias of what is not there, or aliases that multiply without end.
      problems.push(messageOf(error));
      return [];
    }
  });
  return entries.flatMap((record, index) => {
    const place = `record ${index + 1}`;
    if (isJsonObject(record)) return [{ place, record }];
    problems.push(`${place}: expected a mapping of attributes`);
    return [];
  });
}

/** The libraries' own words: the file is the operator's. Of several lines the first says it. */
function messageOf(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : "").split("\n");
  return line.replace(/:$/, "");
}
