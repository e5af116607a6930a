#!/usr/bin/env node
/** `npm start`, and the package's `tenant-api-local`: a local run in the terminal. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { endOnSignal } from "./end-on-signal.ts";
import { assertPortsAreFree } from "./free-ports.ts";
import {
  formatAccessLogEntry,
  shouldUseColour,
} from "./gateway/access-log-terminal.ts";
import { startLocalRun, type LocalRun } from "./local-run.ts";
import { findNodeProblem } from "./node-version.ts";
import { acquireRunLock, type RunLock } from "./run-lock.ts";
import {
  HELP,
  parseStartOptions,
  StartError,
  type StartOptions,
} from "./start-options.ts";
import { SynthesisError } from "./synthesize.ts";
import {
  formatEventSource,
  formatFlush,
  formatPlan,
  formatSchedule,
} from "./terminal-changes.ts";
import {
  createTerminal,
  formatFunctionLog,
  writeGuide,
  writeOverview,
} from "./terminal.ts";
import { listenForKeys } from "./terminal-keys.ts";

const terminal = createTerminal(
  process.stdout,
  shouldUseColour(process.stdout, process.env),
);
const { write, paint } = terminal;

async function main(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2));
  if (options.isHelp) {
    write(HELP);
    return;
  }
  const problem = findNodeProblem(process.versions.node);
  if (problem !== undefined) throw new StartError(problem);
  const lock = claimRun(options.stateDirectory);
  try {
    await assertPortsAreFree(options.ports);
    await serve(options);
  } finally {
    lock.release();
  }
}

function claimRun(directory: string): RunLock {
  mkdirSync(directory, { recursive: true });
  const lock = acquireRunLock(join(directory, "run.lock"));
  if (typeof lock === "number") {
    const endpoints = join(directory, "endpoints.json");
    throw new StartError(
      `a local run is already going (process ${lock}): stop it first, or use it; ${endpoints} says where it is`,
    );
  }
  return lock;
}

/** Resolves when the run has been asked to end and has ended. */
async function serve(options: StartOptions): Promise<void> {
  const { ports, stateDirectory, backendUrl, tenantClaim } = options;
  const { source, tokenLifetimeSeconds } = options;
  const startedAt = performance.now();
  const end = endOnSignal();
  let showsFunctionLog = options.isVerbose;
  let isServing = false;

  write("synthesizing the stack and starting what it needs …");
  let run;
  try {
    run = await startLocalRun({
      ports,
      stateDirectory,
      ...(source && { source }),
      context: {
        ...options.context,
        ...(backendUrl !== undefined && { backendUrl }),
        ...(tenantClaim !== undefined && { tenantClaim }),
      },
      ...(tokenLifetimeSeconds !== undefined && { tokenLifetimeSeconds }),
      signal: end.signal,
      onAccess: (entry) => {
        write(formatAccessLogEntry(entry, terminal));
      },
      onFunctionLog: (line) => {
        if (showsFunctionLog) {
          write(formatFunctionLog(terminal, line));
        }
      },
      onEventSource: (notice) => {
        write(formatEventSource(terminal, notice));
      },
      onSchedule: (notice) => {
        write(formatSchedule(terminal, notice));
      },
      onFlush: (flush) => {
        write(formatFlush(terminal, flush));
      },
      onChange: (service, isUp) => {
        if (isServing && !end.signal.aborted) {
          const [style, word] = isUp
            ? (["green", "up"] as const)
            : (["red", "down"] as const);
          write(paint(style, `${service} is ${word}`));
        }
      },
    });
  } catch (error) {
    if (end.signal.aborted) {
      return;
    }
    throw error;
  }
  isServing = true;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  write(`ready after ${seconds} s\n`);
  writeOverview(terminal, run.endpoints, process.stdin.isTTY);
  const { plans } = run.gateway.usagePlans;
  for (const plan of plans) write(formatPlan(terminal, plan));
  if (plans.length > 0) {
    write(
      "  npm run tenants -- --local set acme --all --plan <plan> moves a tenant\n",
    );
  }

  const { table, issuer, endpoints } = run;
  const keys = listenForKeys(process.stdin, {
    t: () => void toggle(table),
    i: () => void toggle(issuer),
    c: () => {
      writeGuide(terminal, endpoints);
    },
    v: () => {
      showsFunctionLog = !showsFunctionLog;
      const state = showsFunctionLog ? "on" : "off";
      write(paint("dim", `the authorizer's own log is ${state}`));
    },
    q: end.ask,
    "\x03": end.ask,
  });
  await end.asked;
  keys.close();
  write("stopping …");
  await run.stop();
}

async function toggle(service: LocalRun["table" | "issuer"]): Promise<void> {
  try {
    await (service.isUp() ? service.stop() : service.start());
  } catch (error) {
    write(paint("red", String(error)));
  }
}

try {
  await main();
} catch (error) {
  const isExpected =
    error instanceof StartError || error instanceof SynthesisError;
  const text =
    error instanceof Error
      ? isExpected
        ? error.message
        : error.stack
      : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = error instanceof StartError ? error.exitCode : 1;
}
