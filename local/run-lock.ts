import { readFileSync, rmSync, writeFileSync } from "node:fs";

export interface RunLock {
  readonly release: () => void;
}

/**
 * Claims a state directory for this process. A lock whose process is gone is taken over.
 *
 * @returns the lock, or the id of the running process that holds it
 */
export function acquireRunLock(file: string): RunLock | number {
  for (;;) {
    try {
      // "wx" creates the file or fails: of two starts at the same moment one gets it.
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return {
        release: () => {
          rmSync(file, { force: true });
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw error;
      }
    }
    const holder = readHolder(file);
    if (holder !== undefined && isAlive(holder)) {
      return holder;
    }
    rmSync(file, { force: true });
  }
}

function readHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    // It was released in this moment.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
