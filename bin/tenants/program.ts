/** From a command line to a subcommand. */
import { Command, CommanderError } from "commander";
import type {
  CommandArguments,
  CommandDefinition,
} from "./command-definition.ts";
import { COMMAND_NAMES } from "../../lib/command-names.ts";
import { CommandError } from "./command-error.ts";
import { COMMANDS } from "./commands/commands.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { type GlobalOptions, buildGlobalOptions } from "./global-options.ts";
import { withRedactedMessages } from "./redact-tokens.ts";
import { createSession, reportError } from "./session.ts";
import type { World } from "./world.ts";

/**
 * Runs a command line.
 *
 * @param argv without the program's own name
 */
export async function runTenants(
  argv: readonly string[],
  outerWorld: World,
): Promise<ExitCode> {
  const world = withRedactedMessages(outerWorld);
  let exitCode: ExitCode = EXIT.ok;
  const program = buildProgram(world, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version are errors to commander, with 0; it has said everything else already.
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    if (error instanceof CommandError) {
      reportError(world, error, argv.includes("--json"));
      return error.exitCode;
    }
    reportError(world, unexpected(error), argv.includes("--json"));
    if (world.env["TENANTS_DEBUG"] !== undefined) throw error;
    return EXIT.unreachable;
  }
}

/** An answer of AWS that nobody has met yet, or a fault of ours. */
function unexpected(error: unknown): CommandError {
  return new CommandError(
    EXIT.unreachable,
    "unexpected",
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    ["with TENANTS_DEBUG=1 it says where"],
  );
}

export function buildProgram(
  world: World,
  onExit: (code: ExitCode) => void,
): Command {
  const program = new Command("tenants")
    .description("Keeps the tenant records of auth0-tenant-authorizer.")
    .configureOutput({ writeOut: world.stdout, writeErr: world.stderr })
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showHelpAfterError("(--help tells more)")
    .exitOverride();
  for (const option of buildGlobalOptions()) program.addOption(option);
  for (const definition of COMMANDS) {
    addSubcommand(program, definition, world, onExit);
  }
  return program.addHelpText(
    "after",
    `
Exit codes:
  0  done, allowed, or nothing worse than warnings found
  1  refused, not allowed, not good, or not written
  2  the command line makes no sense
  3  AWS, the API or the local run cannot be reached, or would not answer

On the local run: ${COMMAND_NAMES.tenants} --local list
All of it: docs/tenants.md`,
  );
}

function addSubcommand(
  program: Command,
  definition: CommandDefinition,
  world: World,
  onExit: (code: ExitCode) => void,
): void {
  const { name, summary, description, examples, options } = definition;
  const command = program
    .command(`${name} ${definition.arguments}`.trim())
    .summary(summary)
    .description([`${capitalize(summary)}.`, description].join("\n\n").trim())
    .addHelpText(
      "after",
      [
        "",
        "Examples:",
        ...examples.map((example) => `  ${asTyped(example)}`),
      ].join("\n"),
    );
  for (const option of options) command.addOption(option);
  // commander calls with the arguments first, then the options and the command itself.
  command.action(async (...received: unknown[]) => {
    const args = received.slice(0, -2) as CommandArguments;
    const session = createSession(
      world,
      command.optsWithGlobals<GlobalOptions>(),
    );
    onExit(await definition.run(session, args, command.opts<object>()));
  });
}

/** Examples are written as in the repository. */
function asTyped(example: string): string {
  return example.replaceAll(/npm run (?:--silent )?tenants --/g, (script) =>
    COMMAND_NAMES.tenants.startsWith("npm run")
      ? script
      : COMMAND_NAMES.tenants,
  );
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
