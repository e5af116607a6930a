/**
 * The authorizer with a candidate in its shadow. The function decides as ever, by its ordinary handler, which knows
 * nothing of this; the same file, started once more in a thread, is the candidate.
 */
import { Worker, workerData } from "node:worker_threads";
import type { Authorizer } from "../authorizer/create-authorizer.ts";
import { isJsonObject, own } from "../core/json.ts";
import { createShadow } from "./create-shadow.ts";
import { SHADOW_ENV } from "./env-names.ts";
import { type CandidateData, isCandidateData } from "./messages.ts";
import { runCandidate, settle } from "./run-candidate.ts";

/** Of the candidate's heap. Buffers are not counted by V8, so not in it. */
const HEAP_MB = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };

export const handler: Authorizer | undefined = isCandidateData(workerData)
  ? await becomeCandidate(workerData)
  : await becomeAuthorizer();

async function becomeCandidate({
  bundleUrl,
}: CandidateData): Promise<undefined> {
  await runCandidate(() =>
    bundleUrl === undefined
      ? import("../authorizer/handler.ts")
      : import(bundleUrl),
  );
  return undefined;
}

async function becomeAuthorizer(): Promise<Authorizer> {
  const lines = new Map<unknown, unknown>();
  const shadow = createShadow({
    startThread: startCandidate,
    log: (entry) => {
      console.warn(entry);
    },
    now: () => Date.now(),
  });
  const info = console.info.bind(console);
  console.info = (...words: readonly unknown[]) => {
    const [entry] = words;
    if (!isJsonObject(entry) || typeof own(entry, "outcome") !== "string") {
      info(...words);
      return;
    }
    lines.set(own(entry, "requestId"), entry);
    info({ ...entry, ...shadow.takeCounts() });
  };

  const { handler: decide } = await import("../authorizer/handler.ts");
  return async (event, invocation) => {
    const decision = decide(event, invocation);
    const { awsRequestId: requestId } = invocation;
    const answer = await settle(decision);
    const line = lines.get(requestId);
    lines.delete(requestId);
    const tenantId = isJsonObject(line) ? own(line, "tenantId") : undefined;
    shadow.offer(
      { event, requestId, answer, line },
      typeof tenantId === "string" ? tenantId : undefined,
    );
    return decision;
  };
}

function startCandidate(): Worker {
  const { env } = process;
  const bundle = env[SHADOW_ENV.bundle];
  const changes = env[SHADOW_ENV.environment];
  const data: CandidateData = {
    isShadowCandidate: true,
    bundleUrl:
      bundle === undefined ? undefined : new URL(bundle, import.meta.url).href,
  };
  const thread = new Worker(new URL(import.meta.url), {
    name: "shadow",
    workerData: data,
    env: {
      ...env,
      // A broken one is the construct's fault; then there is no thread, and it is counted.
      ...(changes !== undefined &&
        (JSON.parse(changes) as Record<string, string>)),
    },
    resourceLimits: HEAP_MB,
    // Not the function's own: what the thread still writes is thrown away.
    stdout: true,
    stderr: true,
  });
  thread.stdout.resume();
  thread.stderr.resume();
  return thread;
}
