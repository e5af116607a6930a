/** What an import would do, worked out before anything is written. */
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { type AttributeChange, diffItems } from "../records/diff-records.ts";
import { formatProblem, judgeForWrite } from "../records/good-record.ts";
import { type Item, plainToItem } from "../records/plain-record.ts";
import { type Row, textOf } from "../records/row.ts";
import type { Target } from "../target/target.ts";
import type { FileRecord } from "./record-file.ts";

export interface PlannedWrite {
  readonly key: string;
  readonly tenantId: string;
  /** `undefined` for a record that is new. */
  readonly before: Item | undefined;
  readonly after: Item;
  readonly changes: readonly AttributeChange[];
}

export interface ImportPlan {
  readonly added: readonly PlannedWrite[];
  readonly changed: readonly PlannedWrite[];
  readonly unchanged: readonly string[];
}

/** @throws CommandError naming every record of the file that cannot be written; then none is */
export function planImport(
  records: readonly FileRecord[],
  rows: readonly Row[],
  target: Target,
): ImportPlan {
  const inTable = new Map(rows.map(({ key, item }) => [key, item]));
  const inFile = new Map<string, string>();
  const problems: string[] = [];
  const writes: PlannedWrite[] = [];
  const unchanged: string[] = [];
  for (const { place, record } of records) {
    const read = readRecord(record, target);
    if ("problem" in read) {
      problems.push(`${place}: ${read.problem}`);
      continue;
    }
    const { key, item: fromFile } = read;
    const item = keepUsageKey(fromFile, inTable.get(key));
    const earlier = inFile.get(key);
    inFile.set(key, place);
    if (earlier !== undefined) {
      problems.push(`${place}: has the same key as ${earlier}: ${key}`);
      continue;
    }
    const before = inTable.get(key);
    const changes = diffItems(before ?? {}, item);
    if (changes.length === 0) {
      // Also where it is broken: it stays as it is.
      unchanged.push(key);
      continue;
    }
    const judged = judgeForWrite(item, target);
    problems.push(
      ...judged.problems.map(
        (problem) => `${place}: ${formatProblem(problem)}`,
      ),
    );
    const tenantId = textOf(item, "tenantId") ?? "";
    writes.push({ key, tenantId, before, after: item, changes });
  }
  if (problems.length > 0) throw cannotImport(problems);
  return {
    added: writes.filter(({ before }) => before === undefined),
    changed: writes.filter(({ before }) => before !== undefined),
    unchanged,
  };
}

/**
 * The file's is not written: made for another API it means nothing, and made for this one it may be of a key that is
 * gone. The table's stays, and what lacks one gets it from the function that makes keys.
 */
function keepUsageKey(item: Item, inTable: Item | undefined): Item {
  const others = Object.fromEntries(
    Object.entries(item).filter(([name]) => name !== "usageKey"),
  );
  const usageKey = inTable?.["usageKey"];
  return usageKey === undefined ? others : { ...others, usageKey };
}

function readRecord(
  record: FileRecord["record"],
  { table }: Target,
):
  { readonly key: string; readonly item: Item } | { readonly problem: string } {
  try {
    const item = plainToItem(record);
    const key = textOf(item, table.tenantClaim);
    return key === undefined || key === ""
      ? { problem: describeMissingKey(record, table.tenantClaim) }
      : { key, item };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problem: error.message };
  }
}

function describeMissingKey(
  record: FileRecord["record"],
  tenantClaim: string,
): string {
  const other = ["azp", "org_id"].find(
    (claim) => claim !== tenantClaim && Object.hasOwn(record, claim),
  );
  return other === undefined
    ? `${tenantClaim}: missing, and it is the key`
    : `${tenantClaim}: missing; the file is of a table that is keyed by ${other}`;
}

function cannotImport(problems: readonly string[]): CommandError {
  return new CommandError(
    EXIT.refused,
    "records_broken",
    "nothing was written: the file holds records that would lock their tenants out",
    problems,
  );
}
