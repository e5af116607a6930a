import { InvalidArgumentError, Option } from "commander";
import { resourcePattern } from "../../../lambda/core/path-patterns.ts";
import { describeCircumstances } from "../check/check-record.ts";
import { checkTable } from "../check/check-table.ts";
import { type Finding, KINDS } from "../check/finding.ts";
import type { Circumstances } from "../check/survey.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { readRows } from "../records/read-rows.ts";
import type { Session } from "../session.ts";
import type { Target } from "../target/target.ts";
import { count, formatTable } from "../text-table.ts";

interface CheckOptions {
  readonly shared: readonly string[];
  readonly ignore: readonly Ignored[];
  readonly strict?: boolean;
}

interface Ignored {
  readonly kind: string;
  /** `undefined`: of every tenant. */
  readonly tenantId: string | undefined;
}

export const check: CommandDefinition<CheckOptions> = {
  name: "check",
  arguments: "",
  summary: "find broken and dangerous records",
  description:
    "Judges every record by itself, by the others, and by the deployed API, function and usage plans. Errors lock a tenant out or open what is not its own; with one the exit code is 1. docs/tenants.md lists all kinds.",
  options: [
    new Option(
      "--shared <path>",
      "a path that several tenants share on purpose, as /shared/*; repeat for several",
    )
      .argParser((path, collected: readonly string[]) => [...collected, path])
      .default([], "none"),
    new Option(
      "--ignore <kind[:tenant]>",
      "findings that are known and meant; repeat for several",
    )
      .argParser((text, collected: readonly Ignored[]) => [
        ...collected,
        parseIgnored(text),
      ])
      .default([], "none"),
    new Option("--strict", "exit with 1 for warnings too"),
  ],
  examples: [
    "npm run tenants -- --local check",
    "npm run tenants -- --local check --strict --json",
  ],
  async run(session, _args, { shared, ignore, strict }) {
    const target = await session.openTarget(
      "stage",
      "issuers",
      "defaultRoutes",
    );
    const [rows, { circumstances, skipped }] = await Promise.all([
      readRows(session.world, target),
      lookAround(session, target),
    ]);
    const all = checkTable(rows, circumstances, { sharedPaths: shared });
    const findings = all.filter(
      ({ kind, tenantId }) =>
        !ignore.some(
          (ignored) =>
            ignored.kind === kind &&
            (ignored.tenantId ?? tenantId) === tenantId,
        ),
    );
    const errors = findings.filter(({ severity }) => severity === "error");
    const counts = {
      records: rows.length,
      errors: errors.length,
      warnings: findings.length - errors.length,
      ignored: all.length - findings.length,
    };
    session.answer({ ...counts, skipped, findings }, () =>
      formatFindings(findings),
    );
    if (!session.isJson) {
      for (const what of skipped) session.note(`not checked: ${what}`);
      session.note(
        `${count(counts.records, "record")}: ${count(counts.errors, "error")}, ${count(counts.warnings, "warning")}${counts.ignored > 0 ? `, ${counts.ignored} ignored` : ""}`,
      );
    }
    const isBad = counts.errors > 0 || (strict && counts.warnings > 0);
    return isBad ? EXIT.refused : EXIT.ok;
  },
};

function formatFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  return formatTable(
    ["", "KIND", "TENANT", "KEY", "ATTRIBUTE", ""],
    findings.map(({ severity, kind, tenantId, key, attribute, message }) => [
      severity,
      kind,
      tenantId,
      key,
      attribute,
      message,
    ]),
  );
}

/** What the API and its plans are; what may not be looked at is not checked, and is said. */
async function lookAround(
  session: Session,
  target: Target,
): Promise<{
  readonly circumstances: Circumstances;
  readonly skipped: readonly string[];
}> {
  const skipped: string[] = [];
  const look = async <Value>(
    what: string,
    find: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> => {
    try {
      const found = await find();
      if (found === undefined) skipped.push(`${what}: not known here`);
      return found;
    } catch (error) {
      if (!(error instanceof CommandError) || error.code !== "access_denied") {
        throw error;
      }
      skipped.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const { findApiRoutes, findPlans } = target.deployment;
  const [apiRoutes, plans] = await Promise.all([
    look("routes against the API", findApiRoutes),
    look("usage plans", findPlans),
  ]);
  return {
    circumstances: {
      ...describeCircumstances(target, session.world),
      apiRoutes: apiRoutes?.map(({ method, path }) => ({
        method,
        pattern: resourcePattern(path),
      })),
      plans: plans && new Set(plans),
    },
    skipped,
  };
}

function parseIgnored(text: string): Ignored {
  const [kind = "", tenantId] = text.split(":");
  if (Object.hasOwn(KINDS, kind)) return { kind, tenantId };
  throw new InvalidArgumentError(`Kinds are ${Object.keys(KINDS).join(", ")}.`);
}
