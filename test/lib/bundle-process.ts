/** A process of its own that runs a bundle as Lambda would: it loads it once and hands it one event after another. */
import { fork } from "node:child_process";
import { once } from "node:events";

export interface BundleProcess {
  /** What the handler returns, or the message of what it throws. */
  readonly invoke: (event: unknown) => Promise<Invocation>;
  /** Everything that it wrote to standard output so far. */
  readonly stdout: () => string;
  readonly stop: () => Promise<void>;
}

export type Invocation =
  { readonly result: unknown } | { readonly thrown: string };

/** @param env all of its environment: nothing of this process's is passed on */
export async function startBundle(
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<BundleProcess> {
  const child = fork(import.meta.filename, [file], {
    env: { AWS_REGION: "eu-central-1", ...CREDENTIALS, ...env },
    execArgv: [],
    silent: true,
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const answer = async (): Promise<unknown> => {
    const over = new AbortController();
    const ended = once(child, "exit", { signal: over.signal }).then(() => {
      throw new Error(`the bundle's process ended: ${stderr}`);
    });
    try {
      const [message] = (await Promise.race([
        once(child, "message", { signal: over.signal }),
        ended,
      ])) as readonly unknown[];
      return message;
    } finally {
      ended.catch(() => undefined);
      over.abort();
    }
  };
  await answer();
  return {
    invoke: async (event) => {
      const answered = answer();
      child.send({ event });
      return (await answered) as Invocation;
    },
    stdout: () => stdout,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

/** Nobody checks them. */
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
};

type Handler = (event: unknown, context: object) => Promise<unknown>;

if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  const send = process.send.bind(process);
  const { handler } = (await import(process.argv[2] ?? "")) as {
    handler: Handler;
  };
  process.on("message", ({ event }: { readonly event: unknown }) => {
    handler(event, { awsRequestId: "11111111-2222" }).then(
      (result) => send({ result }),
      (error: unknown) => send({ thrown: (error as Error).message }),
    );
  });
  send({ isReady: true });
}
