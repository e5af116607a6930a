import { readFile } from "node:fs/promises";
import { Option } from "commander";
import { type CommandDefinition, textArgument } from "../command-definition.ts";
import { CommandError } from "../command-error.ts";
import { confirm } from "../confirm.ts";
import { EXIT } from "../exit-codes.ts";
import { type ImportPlan, planImport } from "../files/import-plan.ts";
import {
  type FileFormat,
  findFormat,
  parseRecords,
} from "../files/record-file.ts";
import { type ImportOutcome, runImport } from "../files/run-import.ts";
import { formatChanges } from "../records/diff-records.ts";
import { readRows } from "../records/read-rows.ts";
import type { World } from "../world.ts";
import { count } from "../text-table.ts";
import { formatOption } from "./export.ts";
import { yesOption, type YesOptions } from "./name-options.ts";

interface ImportOptions extends YesOptions {
  readonly format?: FileFormat;
  readonly dryRun?: boolean;
}

export const importRecords: CommandDefinition<ImportOptions> = {
  name: "import",
  arguments: "<file>",
  summary: "write records from a file",
  description:
    "JSON Lines (.jsonl) or YAML (.yaml), as export writes them; - reads stdin. All records of the file are judged first, and with one that is broken none is written. Records that exist are changed to what the file says, after asking; records that the file does not name stay. Each record is written as a whole or not at all, and what was not written is listed: the same import can simply be run again.",
  options: [
    new Option("--dry-run", "show what would change, and write nothing"),
    formatOption(),
    yesOption(),
  ],
  examples: [
    "npm run --silent tenants -- --local export | npm run --silent tenants -- --local import - --dry-run",
  ],
  async run(session, args, { format, dryRun, yes }) {
    const { world } = session;
    const file = textArgument(args, 0);
    const fileFormat = findFormat(file, format);
    const records = parseRecords(await readInput(file, world), fileFormat);
    const target = await session.openTarget(
      "stage",
      "issuers",
      "defaultRoutes",
    );
    const rows = await readRows(world, target);
    const plan = planImport(records, rows, target);
    const description = describePlan(plan);
    if (dryRun) {
      session.answer(
        { dryRun, ...description, written: [], notWritten: [] },
        () => [...formatPlan(plan, true), formatCounts(plan)].join("\n"),
      );
      return EXIT.ok;
    }
    if (plan.changed.length > 0 && !yes) {
      session.note(formatPlan(plan, false).join("\n"));
      const question = `change ${count(plan.changed.length, "record")} that ${plan.changed.length === 1 ? "exists" : "exist"}?`;
      await confirm(world, question, yes);
    }
    const outcome = await runImport(world, target.table, [
      ...plan.added,
      ...plan.changed,
    ]);
    session.answer(
      {
        dryRun: false,
        ...description,
        written: outcome.written,
        notWritten: outcome.notWritten,
      },
      () => formatOutcome(plan, outcome),
    );
    return outcome.exitCode;
  },
};

async function readInput(file: string, world: World): Promise<string> {
  if (file === "-") return await world.readStdin();
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code = "an error" } = error as NodeJS.ErrnoException;
    throw new CommandError(
      EXIT.usage,
      "file_unreadable",
      `${file} cannot be read: ${code}`,
    );
  }
}

function describePlan({ added, changed, unchanged }: ImportPlan): object {
  return {
    added: added.map(({ key, tenantId }) => ({ key, tenantId })),
    changed: changed.map(({ key, tenantId, changes }) => ({
      key,
      tenantId,
      changes,
    })),
    unchanged: unchanged.length,
  };
}

function formatPlan(plan: ImportPlan, withAdded: boolean): readonly string[] {
  return [
    ...(withAdded ? plan.added : []).flatMap(({ key, tenantId }) => [
      `new      ${tenantId}  ${key}`,
    ]),
    ...plan.changed.flatMap(({ key, tenantId, changes }) => [
      `changed  ${tenantId}  ${key}`,
      ...formatChanges(changes),
    ]),
  ];
}

function formatCounts({ added, changed, unchanged }: ImportPlan): string {
  return `${added.length} new, ${changed.length} changed, ${unchanged.length} unchanged`;
}

function formatOutcome(
  plan: ImportPlan,
  { written, notWritten }: ImportOutcome,
): string {
  return [
    `${formatCounts(plan)}: wrote ${written.length}`,
    ...notWritten.map(({ key, message }) => `not written: ${key}: ${message}`),
    ...(notWritten.length > 0
      ? ["run the same import again: what is written already is left alone"]
      : []),
  ].join("\n");
}
