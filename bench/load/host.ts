/**
 * The child process that is the local run: gateway and issuer in it, table and functions as its children. Apart from
 * the load, so that its memory is its own. Started with --expose-gc; argument: the TTL in seconds.
 */
import { join } from "node:path";
import { ENV } from "../../lambda/authorizer/env-names.ts";
import { isRecord, ownProperty } from "../../local/json.ts";
import { startLocalRun, type LocalRun } from "../../local/local-run.ts";
import { resourcesOfType } from "../../local/stack.ts";
import { waitUntilQuiet } from "../suspension/drill-tenants.ts";
import type { FromHost, Sample, Seen, ToHost } from "./messages.ts";
import { prepareRequests } from "./prepare-requests.ts";
import { parseKeptMemory, readChildren } from "./process-memory.ts";

const SEEN_EVERY_MS = 250;

const tell = (message: FromHost): void => {
  process.send?.(message);
};

let seen: Seen["requests"][number][] = [];

/** By process id. */
const kept = new Map<number, number>();

const run = await startLocalRun({
  context: { cacheTtlSeconds: Number(process.argv[2]) },
  onAccess: ({ requestId, cache }) => {
    seen.push([requestId, cache]);
  },
  functionVariables: {
    NODE_OPTIONS: `--require=${join(import.meta.dirname, "report-heap.cjs")}`,
  },
  onFunctionLog: ({ line }) => {
    const memory = parseKeptMemory(line);
    if (memory !== undefined) kept.set(memory.pid, memory.bytes);
    if (line.includes('"could_not_tell"')) {
      tell({ kind: "could-not-tell", line });
    }
  },
});

function tellSeen(): void {
  if (seen.length === 0) return;
  tell({ kind: "seen", requests: seen });
  seen = [];
}

function takeSample(authorizerId: string): Sample {
  const startedAt = performance.now();
  globalThis.gc?.();
  const collectMs = performance.now() - startedAt;
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    kind: "sample",
    gateway: { rss, heapUsed, external },
    collectMs,
    children: readChildren(kept),
    authorizer: run.functions.count(authorizerId),
  };
}

/** By the variable that no other function has. */
function findAuthorizerId({ stack }: LocalRun): string {
  const found = resourcesOfType(stack, "AWS::Lambda::Function").find(
    ({ properties }) => {
      const variables = ownProperty(properties["Environment"], "Variables");
      return isRecord(variables) && Object.hasOwn(variables, ENV.issuers);
    },
  );
  if (found === undefined) throw new Error("the stack has no authorizer");
  return found.logicalId;
}

const authorizerId = findAuthorizerId(run);
const timer = setInterval(tellSeen, SEEN_EVERY_MS);

async function stop(): Promise<void> {
  clearInterval(timer);
  await run.stop();
  if (process.connected) process.disconnect();
}

process.on("message", (message: ToHost) => {
  if (message.kind === "stop") {
    tellSeen();
    void stop();
  } else {
    tellSeen();
    tell(takeSample(authorizerId));
  }
});
// The load has ended, by whatever end: nothing is left behind.
process.once("disconnect", () => void stop());
// Ctrl-C reaches the whole process group; the load decides when the run ends.
process.on("SIGINT", () => undefined);

const pools = await prepareRequests(run);
// What the new rows set off is over before anything is measured.
await waitUntilQuiet(run);
tell({ kind: "ready", gateway: run.endpoints.gateway, pools });
