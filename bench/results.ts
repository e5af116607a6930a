/** Where a measurement leaves its figures: bench/results/<name>.json, with the machine that made them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    node: process.version,
  };
}

/** Replaces bench/results/<name>.json by `body`, with the time and the machine added. */
export function writeResult(
  name: string,
  body: Readonly<Record<string, unknown>>,
): void {
  const result = {
    takenAt: new Date().toISOString(),
    machine: describeMachine(),
    ...body,
  };
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${name}.json`);
  writeFileSync(file, JSON.stringify(result, null, 2));
  // The files are committed, and the format check reads them too.
  execFileSync(process.execPath, [PRETTIER, "--write", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** The installed versions of these packages, for a result's `versions`. */
export function readVersions(
  packages: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    packages.map((name) => {
      const file = join(ROOT, "node_modules", name, "package.json");
      const { version } = JSON.parse(readFileSync(file, "utf8")) as {
        readonly version: string;
      };
      return [name, version];
    }),
  );
}

const ROOT = join(import.meta.dirname, "..");
const RESULTS = join(import.meta.dirname, "results");
const PRETTIER = join(ROOT, "node_modules/prettier/bin/prettier.cjs");
