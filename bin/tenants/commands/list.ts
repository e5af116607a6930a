import { Option } from "commander";
import type { CommandDefinition } from "../command-definition.ts";
import { EXIT } from "../exit-codes.ts";
import { itemToPlain } from "../records/plain-record.ts";
import { readRows } from "../records/read-rows.ts";
import { type Row, tenantIdOf, textOf } from "../records/row.ts";
import { count, formatTable } from "../text-table.ts";

interface ListOptions {
  readonly status?: "active" | "suspended";
}

export const list: CommandDefinition<ListOptions> = {
  name: "list",
  arguments: "",
  summary: "all records, a line each",
  description:
    "A record that the function would not understand is marked broken; check says why.",
  options: [
    new Option("--status <status>", "only these").choices([
      "active",
      "suspended",
    ]),
  ],
  examples: [
    "npm run tenants -- --local list",
    "npm run tenants -- --local list --status suspended",
  ],
  async run(session, _args, { status }) {
    const target = await session.openTarget("issuers", "defaultRoutes");
    const { tenantClaim } = target.table;
    const rows = (await readRows(session.world, target)).filter(
      ({ item }) => status === undefined || textOf(item, "status") === status,
    );
    const now = session.world.now() / 1_000;
    session.answer(
      {
        tenantClaim,
        records: rows.map(({ item }) => itemToPlain(item, tenantClaim)),
      },
      () =>
        formatTable(
          ["TENANT", `KEY (${tenantClaim})`, "STATUS", "ROUTES", "PLAN", ""],
          rows.map((row) => describeRow(row, now)),
        ),
    );
    if (!session.isJson) session.note(count(rows.length, "record"));
    return EXIT.ok;
  },
};

function describeRow(row: Row, now: number): readonly string[] {
  const { key, item, tenant, problems } = row;
  const notes = [
    problems.length > 0 ? "broken" : "",
    tenant?.expiresAt !== undefined && tenant.expiresAt <= now ? "expired" : "",
    tenant !== undefined && tenant.require.length > 0 ? "require" : "",
    tenant !== undefined && item["routes"] === undefined
      ? "default routes"
      : "",
  ];
  return [
    tenantIdOf(row),
    key,
    textOf(item, "status") ?? "",
    String(tenant?.routes.length ?? ""),
    textOf(item, "plan") ?? "",
    notes.filter((note) => note !== "").join(", "),
  ];
}
