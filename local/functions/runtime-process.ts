import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { FunctionDefinition } from "./function-definition.ts";
import type { ProcessGuard } from "./process-guard.ts";

/** The child process of one execution environment, and the process group it leads. */
export interface RuntimeProcess {
  readonly pid: number | undefined;
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Also ends a frozen process. */
  readonly kill: () => void;
  /** Resolves when the process is gone, in the words of Lambda's own message. */
  readonly exited: Promise<string>;
}

export interface RuntimeProcessOptions {
  readonly definition: FunctionDefinition;
  /** The JavaScript file that stands in the place of Lambda's runtime. */
  readonly bootstrap: string;
  readonly env: NodeJS.ProcessEnv;
  readonly guard: ProcessGuard;
  readonly onLine: (line: string) => void;
}

export function startRuntimeProcess(
  options: RuntimeProcessOptions,
): RuntimeProcess {
  const { definition, guard } = options;
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${definition.memoryMb}`, options.bootstrap],
    {
      cwd: definition.taskRoot,
      env: options.env,
      // A group of its own: Ctrl-C in the terminal is for the parent, and freezing takes the whole group.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const { pid } = child;
  if (pid !== undefined) {
    guard.add(pid);
  }
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on("line", options.onLine);
  }
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => {
      resolve(`Error: Runtime failed to start: ${error.message}`);
    });
    child.once("exit", (code, signal) => {
      if (pid !== undefined) {
        guard.drop(pid);
      }
      resolve(describeExit(code, signal));
    });
  });
  return {
    pid,
    freeze: () => {
      signalGroup(child, "SIGSTOP");
    },
    thaw: () => {
      signalGroup(child, "SIGCONT");
    },
    kill: () => {
      signalGroup(child, "SIGKILL");
    },
    exited,
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (
    child.pid === undefined ||
    child.exitCode !== null ||
    child.signalCode !== null
  ) {
    return;
  }
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, signal);
  } catch {
    // It has just gone; its exit event is on the way.
  }
}

function describeExit(
  code: number | null,
  signal: NodeJS.Signals | null,
): string {
  if (signal !== null) {
    const names: Partial<Record<NodeJS.Signals, string>> = {
      SIGKILL: "killed",
      SIGABRT: "aborted",
      SIGSEGV: "segmentation fault",
    };
    return `Error: Runtime exited with error: signal: ${names[signal] ?? signal}`;
  }
  return code === 0
    ? "Error: Runtime exited without providing a reason"
    : `Error: Runtime exited with error: exit status ${code}`;
}
