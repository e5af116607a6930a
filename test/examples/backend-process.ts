/** An example backend as a process of its own, as a reader of its README would start it. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export interface BackendProcess {
  /** `http://127.0.0.1:{port}`, or https. */
  readonly url: string;
  /** All that it has printed so far, to both streams. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

export interface BackendCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** @default the project's root */
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
}

export const PROJECT_ROOT = join(import.meta.dirname, "..", "..");

const START_TIMEOUT_MS = 30_000;

/** Resolves when the backend has said where it listens; rejects with what it printed when it ends before that. */
export async function startBackendProcess({
  command,
  args,
  cwd = PROJECT_ROOT,
  env,
}: BackendCommand): Promise<BackendProcess> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => {
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await closed;
  };

  const url = new Promise<string>((resolve, reject) => {
    const fail = (what: string) => () => {
      reject(new Error(`${[command, ...args].join(" ")}: ${what}\n${output}`));
    };
    const timer = setTimeout(fail("did not start in time"), START_TIMEOUT_MS);
    child.once("error", (error) => {
      fail(error.message)();
    });
    child.once("close", fail("ended before it listened"));
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /https?:\/\/127\.0\.0\.1:[1-9]\d*/.exec(output);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
  });
  try {
    return { url: await url, output: () => output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
