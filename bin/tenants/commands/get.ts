import { type CommandDefinition, textArgument } from "../command-definition.ts";
import { EXIT } from "../exit-codes.ts";
import { findRows } from "../records/find-rows.ts";
import { formatRow } from "../records/format-row.ts";
import { itemToPlain } from "../records/plain-record.ts";
import { byOption, type NameOptions } from "./name-options.ts";

export const get: CommandDefinition<NameOptions> = {
  name: "get",
  arguments: "<tenant>",
  summary: "the records of a tenant, or the one under a key",
  description:
    "A tenant is named by its id or by a record's key. With the record come the size of its policy and, where it is broken, what the function will say against it.",
  options: [byOption()],
  examples: ["npm run tenants -- --local get acme"],
  async run(session, args, { by }) {
    const target = await session.openTarget(
      "stage",
      "issuers",
      "defaultRoutes",
    );
    const rows = await findRows(
      session.world,
      target,
      textArgument(args, 0),
      by,
    );
    const { tenantClaim } = target.table;
    session.answer(
      {
        tenantClaim,
        records: rows.map(({ item, problems }) => ({
          record: itemToPlain(item, tenantClaim),
          problems,
        })),
      },
      () => rows.map((row) => formatRow(row, target)).join("\n\n"),
    );
    return rows.some(({ problems }) => problems.length > 0)
      ? EXIT.refused
      : EXIT.ok;
  },
};
