/** What suspend, resume and log-out share: one attribute of each of a tenant's records, and perhaps a wait. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { CommandError } from "../command-error.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { findRows } from "../records/find-rows.ts";
import { formatProblem } from "../records/good-record.ts";
import { type Row, judgeItem, tenantIdOf } from "../records/row.ts";
import type { Item } from "../records/plain-record.ts";
import { writeEach } from "../records/write-each.ts";
import { updateItem } from "../records/write-row.ts";
import type { Session } from "../session.ts";
import type { Target } from "../target/target.ts";
import type { TokenOptions } from "../token/token-source.ts";
import { prepareProbe, type WaitOptions } from "../wait/probe.ts";
import {
  askBefore,
  type Awaited,
  waitForAnswer,
} from "../wait/wait-for-answer.ts";
import type { NameOptions } from "./name-options.ts";

export interface AccessOptions extends NameOptions, TokenOptions, WaitOptions {}

export interface AccessChange {
  readonly attribute: string;
  /** `undefined` for a record that has what it shall have. */
  readonly valueFor: (row: Row) => AttributeValue | undefined;
  /** Whether a record that stays broken may be written all the same: only where the write takes access away. */
  readonly isNarrowing: boolean;
  readonly done: string;
  readonly alreadyDone: string;
  readonly awaited: Awaited;
}

export async function changeAccess(
  session: Session,
  name: string,
  options: AccessOptions,
  change: AccessChange,
): Promise<ExitCode> {
  const { world } = session;
  const target = await session.openTarget();
  const rows = await findRows(world, target, name, options.by);
  const changes = rows.map((row) => planChange(row, change, target));
  // Before the write: a probe that could never show the change is refused while nothing has happened.
  const probe = options.wait
    ? await prepareProbe(session, target, rows, options)
    : undefined;
  if (probe !== undefined) await askBefore(session, probe, change.awaited);

  const writes = changes.filter(({ after }) => after !== undefined);
  await writeEach(writes, async ({ row, after }) => {
    await updateItem(target.table, row.item, after ?? row.item);
  });
  const sinceMs = world.now();
  for (const { row } of writes) {
    for (const problem of row.problems) {
      session.note(
        `warning: ${row.key} is broken otherwise: ${formatProblem(problem)}`,
      );
    }
  }
  const waited =
    probe &&
    (await waitForAnswer(session, probe, change.awaited, {
      sinceMs,
      timeoutSeconds: options.timeout,
    }));
  session.answer(
    {
      records: changes.map(({ row, after }) => ({
        key: row.key,
        tenantId: tenantIdOf(row),
        written: after !== undefined,
      })),
      ...(waited && { waited }),
    },
    () =>
      [
        ...changes.map(
          ({ row, after }) =>
            `${tenantIdOf(row)}  ${row.key}  ${after === undefined ? change.alreadyDone : change.done}`,
        ),
        ...(waited === undefined ? [] : [waited.message]),
      ].join("\n"),
  );
  return waited?.isReached === false ? EXIT.refused : EXIT.ok;
}

interface PlannedChange {
  readonly row: Row;
  /** `undefined` when there is nothing to write. */
  readonly after: Item | undefined;
}

function planChange(
  row: Row,
  { attribute, valueFor, isNarrowing }: AccessChange,
  target: Target,
): PlannedChange {
  const value = valueFor(row);
  if (value === undefined) return { row, after: undefined };
  const after = { ...row.item, [attribute]: value };
  const problems = judgeItem(after, target.rules, target.stage).problems.filter(
    (problem) => !isNarrowing || problem.attribute === attribute,
  );
  if (problems.length === 0) return { row, after };
  throw new CommandError(
    EXIT.refused,
    "record_broken",
    `nothing was written: the record ${row.key} would lock its tenant out`,
    problems.map(formatProblem),
  );
}
