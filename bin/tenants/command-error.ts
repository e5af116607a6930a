import type { ExitCode } from "./exit-codes.ts";

/** Ends the command with a message for whoever typed it. Holds no token and no secret. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  /** Stable, for scripts. */
  readonly code: string;
  /** What to do about it, a line each. */
  readonly hints: readonly string[];

  constructor(
    exitCode: ExitCode,
    code: string,
    message: string,
    hints: readonly string[] = [],
    cause?: unknown,
  ) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.code = code;
    this.hints = hints;
  }
}
