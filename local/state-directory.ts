import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface StateDirectory {
  readonly directory: string;
  readonly release: () => void;
}

/** Every run starts from the same rows: what an earlier one left of them, and said of itself, goes. */
export function prepareStateDirectory(given?: string): StateDirectory {
  if (given === undefined) {
    const directory = mkdtempSync(join(tmpdir(), "local-run-"));
    return {
      directory,
      release: () => {
        rmSync(directory, { recursive: true, force: true });
      },
    };
  }
  mkdirSync(given, { recursive: true });
  for (const name of ["table", "endpoints.json"]) {
    rmSync(join(given, name), { recursive: true, force: true });
  }
  return { directory: given, release: () => undefined };
}
