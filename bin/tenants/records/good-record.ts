import { isIdentifier } from "../../../lambda/core/claims.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { Target } from "../target/target.ts";
import type { Item } from "./plain-record.ts";
import { judgeItem, type Row, type RowProblem } from "./row.ts";

/** Judges what is about to be written: by the function's own parser and budgets, and by what a claim can hold. */
export function judgeForWrite(item: Item, target: Target): Row {
  const row = judgeItem(item, target.rules, target.stage);
  if (isIdentifier(row.key)) return row;
  const problem: RowProblem = {
    kind: "key_unmatchable",
    attribute: target.table.tenantClaim,
    message:
      "no token can carry it: expected 1 to 256 of A-Z a-z 0-9 _ . | : @ / -",
  };
  return { ...row, problems: [...row.problems, problem] };
}

/** @throws CommandError `record_broken` with every problem */
export function judgeBeforeWrite(item: Item, target: Target): Row {
  const row = judgeForWrite(item, target);
  if (row.problems.length === 0) return row;
  throw new CommandError(
    EXIT.refused,
    "record_broken",
    `nothing was written: the record ${row.key} would lock its tenant out`,
    row.problems.map(formatProblem),
  );
}

export function formatProblem({ attribute, message }: RowProblem): string {
  return `${attribute}: ${message}`;
}
