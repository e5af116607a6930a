import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isRecord, ownProperty } from "./json.ts";
import { RUNS_FROM_SOURCE } from "./runs-from-source.ts";

/** The repository, or the package's `dist`. */
const PROJECT_ROOT = join(import.meta.dirname, "..");
const OWN_APP = join("bin", RUNS_FROM_SOURCE ? "app.ts" : "app.js");

/** The app refused or failed; the message carries its own words. */
export class SynthesisError extends Error {
  readonly code = "synthesis_failed";
}

/** Somebody's CDK app: a command line as in the `app` of a cdk.json, and the folder to run it in. */
export interface GivenApp {
  readonly command: string;
  readonly directory: string;
}

export interface SynthesizeOptions {
  /** @default this project's own app */
  readonly app?: GivenApp;
  readonly outDir: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/**
 * Runs a CDK app as `cdk deploy` would, with its own context keys, and leaves template and bundles in `outDir`.
 * @throws SynthesisError with what the app wrote to its standard error
 */
export async function synthesize(options: SynthesizeOptions): Promise<void> {
  const { app, outDir, signal } = options;
  // What an earlier run left must not stand in for what this one fails to write.
  rmSync(outDir, { recursive: true, force: true });
  signal?.throwIfAborted();
  const context = {
    ...(app && readContext(app.directory)),
    ...options.context,
  };
  const child = spawn(
    app?.command ?? process.execPath,
    app === undefined ? [OWN_APP] : [],
    {
      cwd: app?.directory ?? PROJECT_ROOT,
      env: {
        ...process.env,
        CDK_OUTDIR: outDir,
        CDK_CONTEXT_JSON: JSON.stringify(context),
      },
      shell: app !== undefined,
      // A group of its own, to be ended as a whole: a shell does not pass the end on to what it started.
      detached: process.platform !== "win32",
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const end = (): void => {
    killGroup(child);
  };
  signal?.addEventListener("abort", end, { once: true });
  try {
    const { status, stderr } = await waitFor(child);
    signal?.throwIfAborted();
    if (status !== 0) {
      throw new SynthesisError(
        `the stack could not be synthesized:\n${stderr.trim()}`,
      );
    }
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

function waitFor(child: ChildProcess): Promise<{
  readonly status: number | null;
  readonly stderr: string;
}> {
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      resolve({ status, stderr });
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has just gone.
  }
}

/** The context of the app's cdk.json, feature flags above all: the CDK's command line passes it on, so it counts. */
function readContext(directory: string): Readonly<Record<string, unknown>> {
  const file = join(directory, "cdk.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // An app need not have one.
    return {};
  }
  try {
    const context = ownProperty(JSON.parse(text), "context");
    return isRecord(context) ? context : {};
  } catch {
    throw new SynthesisError(`${file} is not JSON`);
  }
}
