import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** DynamoDB's local stand-in: a process that can be killed and started again, with its rows and on its port. */
export interface TableServer {
  /** `http://127.0.0.1:<port>`, the value of `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly endpoint: string;
  readonly isUp: () => boolean;
  /** The process, for whoever prefers to kill it himself. */
  readonly pid: () => number | undefined;
  /** An outage: kills the process without warning. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export interface TableServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the rows are kept. */
  readonly directory: string;
  /** Called when the process goes or comes back, whoever the cause. */
  readonly onChange?: (isUp: boolean) => void;
}

const PROGRAM = fileURLToPath(new URL("dynalite-process.ts", import.meta.url));

/** Rejects with Node's error code (`EADDRINUSE`) as `code` when the port is taken. */
export async function startTableServer(
  options: TableServerOptions,
): Promise<TableServer> {
  mkdirSync(options.directory, { recursive: true });
  let { port } = options;
  let child: ChildProcess | undefined;
  let isUp = false;
  let starting: Promise<void> | undefined;

  const launch = async (): Promise<void> => {
    const started = fork(PROGRAM, [String(port), options.directory], {
      execArgv: [],
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    child = started;
    started.once("exit", () => {
      child = undefined;
      starting = undefined;
      if (isUp) {
        isUp = false;
        options.onChange?.(false);
      }
    });
    port = await waitUntilListening(started);
    isUp = true;
  };

  starting = launch();
  await starting;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    isUp: () => isUp,
    pid: () => child?.pid,
    start: async () => {
      starting ??= launch().then(() => options.onChange?.(true));
      await starting;
    },
    stop: async () => {
      if (child !== undefined) {
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }
    },
  };
}

function waitUntilListening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once("message", (message: { port?: number; code?: string }) => {
      if (message.port === undefined) {
        const reason = message.code ?? "unknown error";
        reject(
          Object.assign(new Error(`the table did not start: ${reason}`), {
            code: message.code,
          }),
        );
      } else {
        resolve(message.port);
      }
    });
    child.once("exit", () => {
      reject(new Error(`the table did not start: ${stderr.trim()}`));
    });
  });
}
