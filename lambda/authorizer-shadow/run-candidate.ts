/** The candidate's thread: it judges one copy after another, and is heard by its judgements alone. */
import { parentPort } from "node:worker_threads";
import { isJsonObject, own } from "../core/json.ts";
import { buildJudgement, type Copy, type Reply } from "./messages.ts";
import {
  type Answer,
  findDifferences,
  readVerdict,
  type Verdict,
} from "./verdict.ts";

type Handler = (
  event: unknown,
  context: { readonly awsRequestId: string },
) => Promise<unknown>;

/** @param load of the module that exports the candidate's handler */
export async function runCandidate(
  load: () => Promise<unknown>,
): Promise<void> {
  const takeLine = hearConsole();
  const module = await load();
  const handler = (module as { readonly handler?: unknown }).handler;
  if (typeof handler !== "function") {
    throw Object.assign(new Error("the candidate exports no handler"), {
      code: "handler_missing",
    });
  }
  const judge = async ({ event, requestId }: Copy): Promise<Verdict> => {
    takeLine();
    const answer = await settle(
      (handler as Handler)(event, { awsRequestId: requestId }),
    );
    return readVerdict(answer, takeLine());
  };
  const reply = (message: Reply): void => parentPort?.postMessage(message);
  parentPort?.on("message", (copy: Copy) => {
    const live = readVerdict(copy.answer, copy.line);
    const judged = async (): Promise<void> => {
      const first = await judge(copy);
      // Lambda may have frozen it in the middle of a fetch or a read, which looks like an outage.
      const candidate =
        isOutage(first) && !isOutage(live) ? await judge(copy) : first;
      reply(buildJudgement(findDifferences(live, candidate), live, candidate));
    };
    // What judged rejects with is thrown where it ends this thread, and is counted.
    void judged();
  });
  reply({ kind: "ready" });
}

export async function settle(decision: Promise<unknown>): Promise<Answer> {
  try {
    return { result: await decision };
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : "" };
  }
}

function isOutage({ reason }: Verdict): boolean {
  return reason === "keys_unavailable" || reason === "table_unavailable";
}

/**
 * Nothing that the candidate writes reaches the function's log: its decision lines would be counted as decisions. They
 * are heard here instead. What writes to the descriptor itself (`fs.writeSync(1, …)`) is not stopped.
 *
 * @returns what takes the last decision line
 */
function hearConsole(): () => unknown {
  let heard: unknown;
  const hear = (entry?: unknown): void => {
    if (isJsonObject(entry) && typeof own(entry, "outcome") === "string") {
      heard = entry;
    }
  };
  for (const level of ["debug", "error", "info", "log", "warn"] as const) {
    console[level] = hear;
  }
  process.stdout.write = () => true;
  process.stderr.write = () => true;
  return () => {
    const taken = heard;
    heard = undefined;
    return taken;
  };
}
