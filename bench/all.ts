/**
 * `npm run bench`: every `bench:*` script of package.json, one after the other, whether or not one before has failed;
 * then the page. Ends with 1 when something has failed.
 */
import { spawnSync } from "node:child_process";
import packageJson from "../package.json" with { type: "json" };
import { PAGE_SCRIPT, orderBenches } from "./all/order-benches.ts";

interface Run {
  readonly script: string;
  readonly seconds: number;
  /** Nothing when it ended well. */
  readonly fault: string | undefined;
}

function run(script: string): Run {
  console.log(`\n── npm run ${script}\n`);
  const startedAt = performance.now();
  const { status, signal, error } = spawnSync("npm", ["run", script], {
    stdio: "inherit",
    // npm is a script there, which only a shell can start.
    shell: process.platform === "win32",
  });
  const fault =
    error?.message ?? signal ?? (status === 0 ? undefined : `exit ${status}`);
  return { script, seconds: (performance.now() - startedAt) / 1000, fault };
}

const runs = [...orderBenches(packageJson.scripts), PAGE_SCRIPT].map(run);

console.log("\n── all\n");
for (const { script, seconds, fault } of runs) {
  console.log(
    `${fault === undefined ? "ok    " : "FAILED"}  ${script.padEnd(18)} ${seconds.toFixed(0).padStart(5)} s  ${fault ?? ""}`.trimEnd(),
  );
}
process.exitCode = runs.every(({ fault }) => fault === undefined) ? 0 : 1;
