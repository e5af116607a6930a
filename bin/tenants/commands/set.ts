import { Option } from "commander";
import { findRecordWarnings } from "../check/check-record.ts";
import { type CommandDefinition, textArgument } from "../command-definition.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { applyOptions, routesOf, unset } from "../records/apply-options.ts";
import { diffItems, formatChanges } from "../records/diff-records.ts";
import { findOnlyRow, findRows } from "../records/find-rows.ts";
import { judgeBeforeWrite } from "../records/good-record.ts";
import {
  itemToPlain,
  type PlainRecord,
  plainToItem,
} from "../records/plain-record.ts";
import {
  buildRecordOptions,
  type RecordOptions,
} from "../records/record-options.ts";
import { writeEach } from "../records/write-each.ts";
import { updateItem } from "../records/write-row.ts";
import { byOption, type NameOptions } from "./name-options.ts";

interface SetOptions extends RecordOptions, NameOptions {
  readonly addRoute?: readonly string[];
  readonly removeRoute?: readonly string[];
  readonly unset?: readonly string[];
  readonly all?: boolean;
}

const collect = (
  text: string,
  collected: readonly string[] = [],
): readonly string[] => [...collected, text];

export const set: CommandDefinition<SetOptions> = {
  name: "set",
  arguments: "<tenant>",
  summary: "change a record",
  description:
    "--route replaces all routes; --add-route and --remove-route change single ones. --require and --context change the members they name. What is not named stays. The change is refused when the record would then not be understood, or when somebody else changed the same attributes meanwhile.",
  options: [
    new Option("--tenant <id>", "move the record to this tenant id"),
    ...buildRecordOptions(),
    new Option("--add-route <route>", "one more route").argParser(collect),
    new Option("--remove-route <route>", "a route, as written").argParser(
      collect,
    ),
    new Option(
      "--unset <attribute>",
      "take an attribute away, or a member: require.org_id",
    ).argParser(collect),
    new Option("--all", "change all records of the tenant"),
    byOption(),
  ],
  examples: [
    `npm run tenants -- --local set umbrella --add-route "GET /umbrella/reports/*" --plan pro`,
    "npm run tenants -- --local set umbrella --unset require.gty",
  ],
  async run(session, args, options) {
    const target = await session.openTarget(
      "stage",
      "issuers",
      "defaultRoutes",
    );
    const { table } = target;
    const name = textArgument(args, 0);
    const found = await findRows(session.world, target, name, options.by);
    const before = options.all ? found : [findOnlyRow(found, name)];
    // All are judged before the first is written.
    const changes = before.map((row) => {
      const plain = itemToPlain(row.item, table.tenantClaim);
      const item = plainToItem(changeRecord(plain, options));
      return {
        before: row.item,
        after: judgeBeforeWrite(item, target),
        changes: diffItems(row.item, item),
      };
    });
    const warnings = changes.flatMap(({ after }) =>
      findRecordWarnings(after, target, session.world),
    );
    await writeEach(
      changes.map((change) => ({ ...change, row: change.after })),
      (change) => updateItem(table, change.before, change.after.item),
    );
    session.answer(
      {
        written: changes.map(({ after, changes: of }) => ({
          key: after.key,
          changes: of,
        })),
        warnings,
      },
      () =>
        changes
          .flatMap(({ after, changes: of }) => [
            of.length === 0 ? `${after.key}: nothing to change` : after.key,
            ...formatChanges(of),
          ])
          .join("\n"),
    );
    for (const { message } of warnings) {
      session.note(`warning: ${message}`);
    }
    return EXIT.ok;
  },
};

function changeRecord(record: PlainRecord, options: SetOptions): PlainRecord {
  const { addRoute = [], removeRoute = [], unset: names = [] } = options;
  try {
    const withoutUnset = names.reduce(unset, record);
    return changeRoutes(
      applyOptions(withoutUnset, options),
      addRoute,
      removeRoute,
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(EXIT.refused, "nothing_to_remove", error.message, [
      "nothing was written; tenants get shows what there is",
    ]);
  }
}

function changeRoutes(
  record: PlainRecord,
  added: readonly string[],
  removed: readonly string[],
): PlainRecord {
  if (added.length + removed.length === 0) return record;
  const routes = routesOf(record);
  const missing = removed.find((route) => !routes.includes(route));
  if (missing !== undefined) {
    throw new RangeError(`the record has no route "${missing}"`);
  }
  const kept = routes.filter(
    (route) => typeof route !== "string" || !removed.includes(route),
  );
  const changed = [...new Set([...kept, ...added])];
  const isTagged = !Array.isArray(record["routes"]) && routes.length > 0;
  return { ...record, routes: isTagged ? { $L: changed } : changed };
}
