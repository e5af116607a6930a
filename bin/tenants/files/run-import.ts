/** Writes what was planned: each record by itself, and with an account of each. */
import { CommandError } from "../command-error.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { createProgress } from "../progress.ts";
import { insertItem, updateItem } from "../records/write-row.ts";
import type { TenantTable } from "../target/tenant-table.ts";
import { count } from "../text-table.ts";
import type { World } from "../world.ts";
import type { PlannedWrite } from "./import-plan.ts";

export interface ImportOutcome {
  /** Keys. */
  readonly written: readonly string[];
  readonly notWritten: readonly {
    readonly key: string;
    readonly code: string;
    readonly message: string;
  }[];
  readonly exitCode: ExitCode;
}

/** At once: a new on-demand table takes far more. */
const WRITERS = 8;

/**
 * A record that meanwhile was written by somebody else is left alone, and the others go on. When the table does not
 * answer, or at Ctrl-C, what is under way is finished and the rest is not begun.
 */
export async function runImport(
  world: World,
  table: TenantTable,
  writes: readonly PlannedWrite[],
): Promise<ImportOutcome> {
  const interrupted = world.catchInterrupt();
  const progress = createProgress(world);
  const waiting = [...writes];
  const written: string[] = [];
  const notWritten: ImportOutcome["notWritten"][number][] = [];
  let stop: CommandError | undefined;

  const work = async (): Promise<void> => {
    for (
      let write = waiting.shift();
      write !== undefined;
      write = waiting.shift()
    ) {
      if (stop === undefined && interrupted.aborted) stop = interruption();
      const { key } = write;
      if (stop !== undefined) {
        notWritten.push({ key, code: stop.code, message: stop.message });
        continue;
      }
      try {
        await writeOne(table, write);
        written.push(key);
        progress.report(
          `wrote ${written.length} of ${count(writes.length, "record")} …`,
        );
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        notWritten.push({ key, code: error.code, message: error.message });
        if (error.exitCode !== EXIT.refused) stop ??= error;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: WRITERS }, work));
  } finally {
    progress.end();
  }
  const refused = notWritten.length > 0 ? EXIT.refused : EXIT.ok;
  return { written, notWritten, exitCode: stop?.exitCode ?? refused };
}

async function writeOne(
  table: TenantTable,
  { before, after }: PlannedWrite,
): Promise<void> {
  await (before === undefined
    ? insertItem(table, after)
    : updateItem(table, before, after));
}

function interruption(): CommandError {
  return new CommandError(
    EXIT.interrupted,
    "interrupted",
    "stopped by Ctrl-C before it",
  );
}
