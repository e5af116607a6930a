import type { Option } from "commander";
import type { ExitCode } from "./exit-codes.ts";
import type { Session } from "./session.ts";

/** A subcommand as data, so that help, documentation and tests read the same list. */
export interface CommandDefinition<Options = object> {
  readonly name: string;
  /** In commander's notation: `<tenant>`, `[request...]`. */
  readonly arguments: string;
  readonly summary: string;
  /** What the summary leaves open, for --help. */
  readonly description: string;
  readonly options: readonly Option[];
  /** What to type, on the local run. */
  readonly examples: readonly string[];
  // A method, so that definitions with options of their own fit into one list: commander hands over what
  // `options` above describe.
  run(
    session: Session,
    args: CommandArguments,
    options: Options,
  ): Promise<ExitCode>;
}

/** Text, or a list for an argument that takes several; `undefined` for one that was left out. */
export type CommandArguments = readonly (
  string | readonly string[] | undefined
)[];

/** An argument that commander has made sure of. */
export function textArgument(args: CommandArguments, index: number): string {
  const argument = args[index];
  return typeof argument === "string" ? argument : "";
}
