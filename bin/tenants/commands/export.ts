import { access, rename, writeFile } from "node:fs/promises";
import { Option } from "commander";
import type { CommandDefinition } from "../command-definition.ts";
import { confirm } from "../confirm.ts";
import { EXIT } from "../exit-codes.ts";
import {
  type FileFormat,
  findFormat,
  formatRecords,
} from "../files/record-file.ts";
import { itemToPlain, type PlainRecord } from "../records/plain-record.ts";
import { readRows } from "../records/read-rows.ts";
import { tenantIdOf } from "../records/row.ts";
import { count } from "../text-table.ts";
import { yesOption, type YesOptions } from "./name-options.ts";

interface ExportOptions extends YesOptions {
  readonly format?: FileFormat;
  readonly tenant?: string;
}

export const exportRecords: CommandDefinition<ExportOptions> = {
  name: "export",
  arguments: "[file]",
  summary: "write all records to a file or to stdout",
  description:
    "JSON Lines (.jsonl) or YAML (.yaml) by the file's extension; without a file JSON Lines on stdout. In order, so that two exports can be compared. Broken records are exported too, as they are. usageKey is left out: another table's API has keys of its own.",
  options: [
    new Option("--tenant <id>", "only this tenant's records"),
    formatOption(),
    yesOption(),
  ],
  examples: [
    "npm run tenants -- --local export .local/tenants.yaml --yes",
    "npm run --silent tenants -- --local export",
  ],
  async run(session, [name], { format, tenant, yes }) {
    const { world } = session;
    const file = typeof name === "string" ? name : "-";
    const fileFormat = findFormat(file, format);
    const target = await session.openTarget();
    const rows = (await readRows(world, target)).filter(
      (row) => tenant === undefined || tenantIdOf(row) === tenant,
    );
    const text = formatRecords(
      rows.map(({ item }) =>
        withoutUsageKey(itemToPlain(item, target.table.tenantClaim)),
      ),
      fileFormat,
    );
    if (file === "-") {
      world.stdout(text);
      return EXIT.ok;
    }
    if (await exists(file)) {
      await confirm(world, `${file} exists: replace it?`, yes);
    }
    await replaceFile(file, text);
    session.answer(
      { file, records: rows.length },
      () => `wrote ${count(rows.length, "record")} to ${file}`,
    );
    return EXIT.ok;
  },
};

/** It belongs to the function that made the key: an import keeps the one that is in the table. */
function withoutUsageKey(record: PlainRecord): PlainRecord {
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => name !== "usageKey"),
  );
}

export function formatOption(): Option {
  return new Option(
    "--format <format>",
    "where the file's name does not say it",
  ).choices(["jsonl", "yaml"]);
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    // It is not there, or cannot be seen; then writing it will say why.
    return false;
  }
}

/** In one step: an export that is cut off leaves the last one whole. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, text);
  await rename(draft, file);
}
