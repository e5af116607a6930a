import type { Taken } from "./results.ts";

/** The line above each table: by which command, when, on what. */
export function describeProvenance(taken: Taken): string {
  const { command, takenAt, machine, versions = {} } = taken;
  const packages = Object.entries(versions).map((entry) => entry.join(" "));
  return [
    `\`${command}\`, ${takenAt.slice(0, 10)}`,
    `${machine.cores} × ${machine.cpu}`,
    [`Node ${machine.node.replace(/^v/, "")}`, ...packages].join(", "),
  ].join("; ");
}
