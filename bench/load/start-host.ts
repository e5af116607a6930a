import { fork } from "node:child_process";
import { once } from "node:events";
import type { FromHost, Ready, Sample, ToHost } from "./messages.ts";

/** The process of the local run, from outside. */
export interface Host {
  readonly ready: Ready;
  readonly sample: () => Promise<Sample>;
  /** Resolves when it and all that it started have ended. */
  readonly stop: () => Promise<void>;
}

export interface HostOptions {
  readonly ttlSeconds: number;
  readonly onMessage: (message: FromHost) => void;
}

/** Rejects when the run does not start, with what it wrote. */
export async function startHost({
  ttlSeconds,
  onMessage,
}: HostOptions): Promise<Host> {
  const child = fork(
    new URL("host.ts", import.meta.url).pathname,
    [String(ttlSeconds)],
    {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    },
  );
  const exited = once(child, "exit");
  child.on("message", onMessage);

  /** Resolves with the next message of this kind. */
  const next = <Kind extends FromHost["kind"]>(
    kind: Kind,
  ): Promise<Extract<FromHost, { kind: Kind }>> =>
    new Promise((resolve, reject) => {
      const listen = (message: FromHost): void => {
        if (message.kind !== kind) return;
        child.off("message", listen);
        resolve(message as Extract<FromHost, { kind: Kind }>);
      };
      child.on("message", listen);
      void exited.then(() => {
        reject(new Error("the local run has ended"));
      });
    });
  const tell = (message: ToHost): void => {
    child.send(message, () => undefined);
  };

  return {
    ready: await next("ready"),
    sample: async () => {
      const sample = next("sample");
      tell({ kind: "sample" });
      return sample;
    },
    stop: async () => {
      tell({ kind: "stop" });
      await exited;
    },
  };
}
