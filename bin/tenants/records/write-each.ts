import { CommandError } from "../command-error.ts";
import type { Row } from "./row.ts";

/**
 * Writes one record after the other. Each write is atomic, all of them together are not: when one fails, the error
 * says which were written before it.
 */
export async function writeEach<Change extends { readonly row: Row }>(
  changes: readonly Change[],
  write: (change: Change) => Promise<void>,
): Promise<void> {
  const written: string[] = [];
  for (const change of changes) {
    try {
      await write(change);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const { exitCode, code, message, hints } = error;
      const rest = changes
        .slice(written.length)
        .map(({ row }) => `not written: ${row.key}`);
      throw new CommandError(
        exitCode,
        code,
        message,
        changes.length === 1
          ? hints
          : [...hints, ...written.map((key) => `written: ${key}`), ...rest],
        error,
      );
    }
    written.push(change.row.key);
  }
}
