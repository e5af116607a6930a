/** The options of every subcommand: which table, and in which form to answer. */
import { join } from "node:path";
import { Option } from "commander";
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

const REPOSITORY = join(import.meta.dirname, "../..");

export function buildGlobalOptions(): readonly Option[] {
  return [
    new Option("--local", "work on the local run (npm start)").conflicts([
      "stack",
      "table",
      "stageArn",
      "region",
      "profile",
    ]),
    new Option("--endpoints <file>", "where the local run describes itself")
      .default(join(REPOSITORY, ENDPOINTS_FILE), ENDPOINTS_FILE)
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
