/** The memory of a process's children, as Linux tells it under /proc. Elsewhere there is nothing to read. */
import { readFileSync, readdirSync } from "node:fs";
import { ENV } from "../../lambda/authorizer/env-names.ts";

export type ProcessRole = "authorizer" | "backend" | "table" | "other";

export interface ProcessMemory {
  readonly pid: number;
  readonly role: ProcessRole;
  /** Bytes in memory, shared pages included. */
  readonly rss: number;
  /** Bytes of heap and buffers after its last garbage collection, where the process tells. */
  readonly kept: number | undefined;
}

/**
 * The children of this process that are alive, frozen ones included.
 *
 * @param kept what processes have told of their memory, by their ids
 */
export function readChildren(
  kept: ReadonlyMap<number, number>,
): readonly ProcessMemory[] {
  return listChildren().flatMap((pid) => {
    try {
      const rss = parseRss(readFileSync(`/proc/${pid}/status`, "utf8"));
      return rss === undefined
        ? []
        : [{ pid, role: roleOf(pid), rss, kept: kept.get(pid) }];
    } catch {
      // It has gone since it was listed.
      return [];
    }
  });
}

function listChildren(): readonly number[] {
  try {
    // Each thread lists the children that it started.
    return readdirSync("/proc/self/task").flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, "utf8")
        .split(" ")
        .filter((pid) => pid.trim() !== "")
        .map(Number),
    );
  } catch {
    return [];
  }
}

/** @returns what report-heap.cjs writes into a function's log; nothing for any other line */
export function parseKeptMemory(
  line: string,
): { readonly pid: number; readonly bytes: number } | undefined {
  const [, pid, bytes] =
    /^\{"keptMemory":\{"pid":(\d+),"bytes":(\d+)\}\}$/.exec(line) ?? [];
  return pid === undefined
    ? undefined
    : { pid: Number(pid), bytes: Number(bytes) };
}

/** @param status of a process, as `/proc/<pid>/status` shows it; one that has ended has no memory */
export function parseRss(status: string): number | undefined {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function roleOf(pid: number): ProcessRole {
  return findRole(
    readFileSync(`/proc/${pid}/cmdline`, "utf8"),
    readFileSync(`/proc/${pid}/environ`, "utf8"),
  );
}

/** @param environment `NAME=value` entries, each ended by a zero byte */
export function findRole(
  commandLine: string,
  environment: string,
): ProcessRole {
  const has = (name: string): boolean =>
    `\0${environment}`.includes(`\0${name}=`);
  if (commandLine.includes("dynalite-process")) return "table";
  if (has(ENV.issuers)) return "authorizer";
  return has("AWS_LAMBDA_FUNCTION_NAME") ? "backend" : "other";
}
