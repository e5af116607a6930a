import { createServer } from "node:net";
import type { Ports } from "./local-run.ts";
import { COMMAND_NAMES } from "./command-names.ts";
import { StartError } from "./start-options.ts";

/**
 * All but the single-page application's, which may be running already.
 *
 * @throws StartError that names the busy port and a way out
 */
export async function assertPortsAreFree(ports: Ports): Promise<void> {
  const entries = Object.entries(ports) as [string, number][];
  if (new Set(Object.values(ports)).size < entries.length) {
    throw new StartError("the ports must differ", 2);
  }
  for (const [name, port] of entries) {
    if (name !== "spa" && !(await isFree(port))) {
      throw new StartError(
        `port ${port}, for the ${name}, is in use: try ${COMMAND_NAMES.start} --port ${await findFreeBase(ports.gateway)}`,
      );
    }
  }
}

/** The next block of five that is free, in steps of ten. */
async function findFreeBase(from: number): Promise<number> {
  for (let base = from + 10; base < 65_000; base += 10) {
    const block = [base, base + 1, base + 2, base + 3, base + 4];
    if ((await Promise.all(block.map(isFree))).every(Boolean)) {
      return base;
    }
  }
  return from + 10;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once("error", () => {
        resolve(false);
      })
      .listen(port, "127.0.0.1", () => {
        server.close(() => {
          resolve(true);
        });
      });
  });
}
