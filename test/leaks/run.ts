/**
 * `npm run leaks [-- filters]`: runs the whole suite, unit and end to end, with a tap on the standard streams of
 * every process, the bundled functions' among them, and searches what they wrote for tokens and claims.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scanOutput } from "./scan.ts";

const folder = mkdtempSync(join(tmpdir(), "leaks-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});

const vitest = new URL("../../node_modules/vitest/vitest.mjs", import.meta.url);
const suite = spawn(
  process.execPath,
  [vitest.pathname, "run", ...process.argv.slice(2)],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      LEAKS_OUTPUT: folder,
      NODE_OPTIONS: `--import ${new URL("tap.ts", import.meta.url).href}`,
    },
  },
);
const [code] = (await once(suite, "exit")) as [number | null];

const { processes, bytes, decisions, leaks } = scanOutput(folder);
console.log(
  `searched ${bytes} bytes of output by ${processes} processes, ${decisions} decisions of the authorizer among them`,
);
for (const leak of leaks.slice(0, 50)) console.log(`✗ ${leak}`);
if (decisions === 0)
  console.log("✗ the authorizer logged nothing: nothing was searched");
console.log(`${leaks.length} lines with something of a token in them`);
process.exitCode = code === 0 && leaks.length === 0 && decisions > 0 ? 0 : 1;
