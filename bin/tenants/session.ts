/** One run of one subcommand: its world, the options that all share, and its way to answer. */
import type { CommandError } from "./command-error.ts";
import type { GlobalOptions } from "./global-options.ts";
import { printableJson, printableLines } from "./printable.ts";
import { type Target, type Unknown, openTarget } from "./target/target.ts";
import type { World } from "./world.ts";

export interface Session {
  readonly world: World;
  readonly isJson: boolean;
  /** Finds table and deployment; what matters here and is not known of them is said on stderr. */
  readonly openTarget: (...matters: readonly Unknown[]) => Promise<Target>;
  /** The command's answer on stdout: a value for machines, or text for people. */
  readonly answer: (value: unknown, text: () => string) => void;
  /** Beside the answer, on stderr. */
  readonly note: (text: string) => void;
}

export function createSession(world: World, options: GlobalOptions): Session {
  const note = (text: string): void => {
    world.stderr(`${printableLines(text)}\n`);
  };
  return {
    world,
    isJson: options.json === true,
    note,
    openTarget: async (...matters) => {
      const target = await openTarget(world, options);
      for (const what of matters) {
        const unknown = target.unknowns[what];
        if (unknown !== undefined) note(`not known: ${unknown}`);
      }
      return target;
    },
    answer: (value, text) => {
      const answer = options.json
        ? printableJson(value, 2)
        : printableLines(text());
      if (answer !== "") world.stdout(`${answer}\n`);
    },
  };
}

/** An error for whoever typed the command, on stderr. */
export function reportError(
  world: World,
  { code, message, hints }: CommandError,
  isJson: boolean,
): void {
  world.stderr(
    isJson
      ? `${printableJson({ error: { code, message, hints } })}\n`
      : `${printableLines([`error: ${message}`, ...hints.map((hint) => `  ${hint}`)].join("\n"))}\n`,
  );
}
