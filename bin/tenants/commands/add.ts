import { Option } from "commander";
import { findRecordWarnings } from "../check/check-record.ts";
import { type CommandDefinition, textArgument } from "../command-definition.ts";
import { EXIT } from "../exit-codes.ts";
import { applyOptions } from "../records/apply-options.ts";
import { formatRow } from "../records/format-row.ts";
import { judgeBeforeWrite } from "../records/good-record.ts";
import { itemToPlain, plainToItem } from "../records/plain-record.ts";
import {
  buildRecordOptions,
  type RecordOptions,
} from "../records/record-options.ts";
import { insertItem } from "../records/write-row.ts";

export const add: CommandDefinition<RecordOptions> = {
  name: "add",
  arguments: "<key>",
  summary: "write a new record",
  description:
    "The key is the value of the claim that names the tenant: an application's client id, with azp. The record is active unless --status says otherwise. A key that is taken is refused, and so is a record that the function would not understand.",
  options: [
    new Option(
      "--tenant <id>",
      "the tenant id; several records may share one",
    ).makeOptionMandatory(),
    ...buildRecordOptions(),
  ],
  examples: [
    `npm run tenants -- --local add Hm4xQ2bRt7LwVz9kYc1sNf8dJp3gUa6E --tenant hooli --route "* /hooli/*"`,
  ],
  async run(session, args, options) {
    const target = await session.openTarget(
      "stage",
      "issuers",
      "defaultRoutes",
    );
    const { table } = target;
    const record = applyOptions(
      { [table.tenantClaim]: textArgument(args, 0), status: "active" },
      options,
    );
    const row = judgeBeforeWrite(plainToItem(record), target);
    const warnings = findRecordWarnings(row, target, session.world);
    await insertItem(table, row.item);
    session.answer(
      { written: [itemToPlain(row.item, table.tenantClaim)], warnings },
      () => `added\n${formatRow(row, target)}`,
    );
    for (const { message } of warnings) session.note(`warning: ${message}`);
    return EXIT.ok;
  },
};
