import { Option } from "commander";
import { type CommandDefinition, textArgument } from "../command-definition.ts";
import { confirm } from "../confirm.ts";
import { EXIT } from "../exit-codes.ts";
import { findOnlyRow, findRows } from "../records/find-rows.ts";
import { formatRow } from "../records/format-row.ts";
import { itemToPlain } from "../records/plain-record.ts";
import { writeEach } from "../records/write-each.ts";
import { removeItem } from "../records/write-row.ts";
import { count } from "../text-table.ts";
import {
  byOption,
  type NameOptions,
  yesOption,
  type YesOptions,
} from "./name-options.ts";

interface RemoveOptions extends NameOptions, YesOptions {
  readonly all?: boolean;
}

export const remove: CommandDefinition<RemoveOptions> = {
  name: "remove",
  arguments: "<tenant>",
  summary: "delete a record",
  description:
    "Shows the record and asks. Tokens of the application are then refused as tenant_not_found. To keep a tenant out for a while, suspend it instead. --json prints what was removed in the form that import takes.",
  options: [
    new Option("--all", "remove all records of the tenant"),
    byOption(),
    yesOption(),
  ],
  examples: [
    "npm run tenants -- --local remove umbrella",
    "npm run tenants -- --local remove CsMehGAkWvj7FAc9QeWJKY40uvSwMFLZ --yes",
  ],
  async run(session, args, { all, by, yes }) {
    const target = await session.openTarget();
    const { world } = session;
    const { tenantClaim } = target.table;
    const name = textArgument(args, 0);
    const found = await findRows(world, target, name, by);
    const rows = all ? found : [findOnlyRow(found, name)];
    if (!yes) {
      session.note(rows.map((row) => formatRow(row, target)).join("\n\n"));
    }
    await confirm(world, `remove ${count(rows.length, "record")}?`, yes);
    await writeEach(
      rows.map((row) => ({ row })),
      ({ row }) => removeItem(target.table, row.item),
    );
    session.answer(
      { removed: rows.map(({ item }) => itemToPlain(item, tenantClaim)) },
      () => rows.map(({ key }) => `removed ${key}`).join("\n"),
    );
    return EXIT.ok;
  },
};
