import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createAnswerDelay } from "../answer-delay.ts";
import { RUNS_FROM_SOURCE } from "../runs-from-source.ts";
import type { FromTable, ToTable } from "../streams/messages.ts";
import { createStreamFeed } from "../streams/stream-feed.ts";
import type {
  TableStream,
  TableStreamOptions,
} from "../streams/table-stream.ts";

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
  /** How long each request is held back. */
  readonly delayMs: () => number;
  /**
   * Also for the processes to come. A change lets go of what waits.
   *
   * @throws RangeError for what is not a whole number from 0 to 30,000
   */
  readonly setDelayMs: (ms: number) => void;
  /** Switches a table's stream on; what was written before is not in it. */
  readonly openStream: (options: TableStreamOptions) => Promise<TableStream>;
}

export interface TableServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the rows are kept. */
  readonly directory: string;
  /** Called when the process goes or comes back, whoever the cause. */
  readonly onChange?: (isUp: boolean) => void;
}

const PROGRAM = join(
  import.meta.dirname,
  RUNS_FROM_SOURCE ? "dynalite-process.ts" : "dynalite-process.js",
);

/** Rejects with Node's error code (`EADDRINUSE`) as `code` when the port is taken. */
export async function startTableServer(
  options: TableServerOptions,
): Promise<TableServer> {
  mkdirSync(options.directory, { recursive: true });
  const feed = createStreamFeed();
  /** Nothing waits on this side; it keeps the setting between two processes. */
  const delay = createAnswerDelay();
  let { port } = options;
  let child: ChildProcess | undefined;
  let isUp = false;
  let starting: Promise<void> | undefined;
  /** Resolves when all that the process before had told has been heard. */
  let drained: Promise<unknown> = Promise.resolve();

  const launch = async (): Promise<void> => {
    const started = fork(PROGRAM, [String(port), options.directory], {
      execArgv: [],
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    child = started;
    started.on("message", feed.receive);
    started.once("exit", () => {
      child = undefined;
      starting = undefined;
      if (isUp) {
        isUp = false;
        options.onChange?.(false);
      }
    });
    let stderr = "";
    started.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const beginning = waitForMessage(
      started,
      ({ kind }) => kind === "listening" || kind === "failed",
    );
    await drained;
    drained = once(started, "disconnect");
    send(started, { kind: "delay", ms: delay.ms() });
    send(started, feed.buildSetup());
    const begun = await beginning;
    if (begun?.kind !== "listening") {
      const code = begun?.kind === "failed" ? begun.code : undefined;
      const reason = code ?? stderr.trim();
      throw Object.assign(new Error(`the table did not start: ${reason}`), {
        code,
      });
    }
    ({ port } = begun);
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
    delayMs: delay.ms,
    setDelayMs: (ms) => {
      delay.set(ms);
      if (child !== undefined) send(child, { kind: "delay", ms });
    },
    openStream: (stream) =>
      feed.openStream(stream, async (table) => {
        if (child === undefined) throw new Error("the table is down");
        const watching = waitForMessage(
          child,
          ({ kind }) => kind === "watching",
        );
        send(child, { kind: "watch", table });
        if ((await watching) === undefined)
          throw new Error("the table is down");
      }),
  };
}

function send(child: ChildProcess, message: ToTable): void {
  // A process that has gone hears nothing; its end is told by its exit.
  child.send(message, () => undefined);
}

/** Resolves with the first message that `isWanted`, or with nothing when the process exits before. */
function waitForMessage(
  child: ChildProcess,
  isWanted: (message: FromTable) => boolean,
): Promise<FromTable | undefined> {
  return new Promise((resolve) => {
    const finish = (message?: FromTable): void => {
      child.off("message", onMessage).off("exit", onExit);
      resolve(message);
    };
    const onExit = (): void => {
      finish();
    };
    const onMessage = (message: FromTable): void => {
      if (isWanted(message)) finish(message);
    };
    child.on("message", onMessage).on("exit", onExit);
  });
}
