/** The `verify` command: argv in, exit code out. All else is in verify/. */
import { EXIT } from "./verify/exit-codes.ts";
import { runVerify } from "./verify/run-verify.ts";

const interruption = new AbortController();
let signals = 0;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    signals += 1;
    interruption.abort(new Error("interrupted"));
    if (signals === 2) {
      process.stderr.write(
        "putting back what was changed; once more ends this at once\n",
      );
    }
    if (signals > 2) process.exit(EXIT.couldNotRun);
  });
}

process.exitCode = await runVerify(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  isColoured: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
  env: process.env,
  signal: interruption.signal,
});
