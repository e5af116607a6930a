/** One start of one process, from nothing to its first decision, on this process's clock. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { buildEnvironmentVariables } from "../../local/functions/environment-variables.ts";
import { startRuntimeApi } from "../../local/functions/runtime-api.ts";
import type { Sight, Surroundings } from "./surroundings.ts";
import type { Subject } from "./subjects.ts";

export interface Start {
  /** From the start of the process until its first event is answered; of a bare script, until it ends. */
  readonly wallMs: number;
  /** User and system time of the whole process, which ends right after that answer. */
  readonly cpuMs: number;
  /** Until it asked for its first event. */
  readonly initMs: number;
  readonly rssMb: number;
  /** What issuer and table saw, in milliseconds from the start of the process. */
  readonly sights: readonly Sight[];
}

const USAGE = fileURLToPath(new URL("report-usage.cjs", import.meta.url));
const FUNCTION = "authorizer";
const MEMORY_MB = 512;

/** The local run's stand-in for Lambda's runtime, as one JavaScript file, as the local run has it. */
export function buildRuntime(folder: string): string {
  const outfile = join(folder, "lambda-runtime.mjs");
  buildSync({
    entryPoints: [
      fileURLToPath(
        new URL("../../local/functions/runtime/bootstrap.ts", import.meta.url),
      ),
    ],
    ...{ bundle: true, platform: "node", target: "node24", format: "esm" },
    outfile,
  });
  return outfile;
}

/** Starts a function, gives it one event as soon as it asks, and ends it when it has answered. */
export async function startFunction(
  runtime: string,
  subject: Subject,
  surroundings: Surroundings,
): Promise<Start> {
  const answered = Promise.withResolvers<number>();
  let initAtMs = 0;
  const fail = (problem: string): void => {
    answered.reject(new Error(`${subject.name}: ${problem}`));
  };
  const api = await startRuntimeApi({
    onNext: (deliver) => {
      if (initAtMs > 0) return;
      initAtMs = performance.now();
      deliver({
        requestId: "11111111-2222-3333-4444-555555555555",
        deadlineMs: Date.now() + 5_000,
        functionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${FUNCTION}`,
        traceId: "Root=1-0-0",
        payload: JSON.stringify(surroundings.event()),
      });
    },
    onResponse: (_requestId, payload) => {
      // A refusal would be a measurement of something else.
      const isAllow = payload.includes('"Effect":"Allow"') || payload === "{}";
      if (isAllow) answered.resolve(performance.now());
      else fail(payload);
    },
    onError: (_requestId, { errorMessage }) => {
      fail(errorMessage);
    },
    onInitError: ({ errorMessage }) => {
      fail(errorMessage);
    },
  });
  surroundings.takeSights();
  const env = buildEnvironmentVariables(
    definitionOf(subject.folder),
    api.address,
    surroundings.variables,
  );
  const args = [`--max-old-space-size=${MEMORY_MB}`, runtime];
  const startedAtMs = performance.now();
  const child = spawnMeasured(args, env);
  const usage = readUsage(child);
  // What failed is said by the answer that did not come.
  usage.catch(() => undefined);
  void once(child, "exit").then(() => {
    fail("ended without an answer");
  });
  try {
    const answeredAtMs = await answered.promise;
    // It asks for another event, finds nobody, and ends.
    api.close();
    return {
      ...(await usage),
      wallMs: answeredAtMs - startedAtMs,
      initMs: initAtMs - startedAtMs,
      sights: surroundings
        .takeSights()
        .map((sight) => ({ ...sight, atMs: sight.atMs - startedAtMs })),
    };
  } finally {
    api.close();
    child.kill("SIGKILL");
  }
}

/** Starts Node with a file that does nothing but import, and waits until it has run. */
export async function startScript(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Start> {
  const startedAtMs = performance.now();
  const child = spawnMeasured([file], env);
  const usage = await readUsage(child);
  const wallMs = performance.now() - startedAtMs;
  return { ...usage, wallMs, initMs: wallMs, sights: [] };
}

function spawnMeasured(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ChildProcess {
  return spawn(process.execPath, ["--require", USAGE, ...args], {
    env,
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
}

async function readUsage(
  child: ChildProcess,
): Promise<Pick<Start, "cpuMs" | "rssMb">> {
  const report = await text(child.stdio[3] as Readable);
  return JSON.parse(report) as Pick<Start, "cpuMs" | "rssMb">;
}

function definitionOf(
  taskRoot: string,
): Parameters<typeof buildEnvironmentVariables>[0] {
  return {
    ...{ logicalId: FUNCTION, name: FUNCTION, taskRoot },
    ...{ runtime: "nodejs24.x", handler: "index.handler" },
    ...{ arn: "", region: "eu-central-1", timeoutMs: 5_000 },
    ...{ memoryMb: MEMORY_MB, logGroup: `/aws/lambda/${FUNCTION}` },
    ...{ logFormat: "JSON", logLevel: undefined, variables: {} },
  };
}
