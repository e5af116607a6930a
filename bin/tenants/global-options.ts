/** The options of every subcommand: which table, and in which form to answer. */
import { join } from "node:path";
import { Option } from "commander";
import { COMMAND_NAMES } from "../../lib/command-names.ts";
import { RUNS_FROM_SOURCE } from "../../lib/runs-from-source.ts";
import { ENDPOINTS_FILE } from "./target/local-run.ts";
import { DEFAULT_STACK } from "./target/target.ts";

export interface GlobalOptions {
  readonly local?: boolean;
  /** Where the local run describes itself. */
  readonly endpoints: string;
  readonly stack?: string;
  readonly table?: string;
  readonly stageArn?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** Where the local run writes by default: the repository, or the folder in which the package's command was started. */
const RUN_DIRECTORY = RUNS_FROM_SOURCE
  ? join(import.meta.dirname, "../..")
  : process.cwd();

export function buildGlobalOptions(): readonly Option[] {
  return [
    new Option(
      "--local",
      `work on the local run (${COMMAND_NAMES.localRun})`,
    ).conflicts(["stack", "table", "stageArn", "region", "profile"]),
    new Option("--endpoints <file>", "where the local run describes itself")
      .default(join(RUN_DIRECTORY, ENDPOINTS_FILE), ENDPOINTS_FILE)
      .implies({ local: true }),
    new Option(
      "--stack <name>",
      `the deployed stack (default: "${DEFAULT_STACK}", unless --table is given)`,
    ),
    new Option("--table <name>", "the table, where no stack tells it"),
    new Option(
      "--stage-arn <arn>",
      "arn:aws:execute-api:…:apiId/stage, where no stack tells it",
    ),
    new Option("--region <region>", "as the AWS CLI takes it"),
    new Option("--profile <name>", "as the AWS CLI takes it"),
    new Option("--json", "answer in JSON"),
  ];
}
