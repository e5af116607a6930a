#!/usr/bin/env node
/** The `keys-snapshot` command: argv in, exit code out. */
import { runKeysSnapshot } from "./keys-snapshot/run-keys-snapshot.ts";

const { exitCode, stdout, stderr } = await runKeysSnapshot(
  process.argv.slice(2),
);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
