import { createHash } from "node:crypto";
import type { LocalFunctions } from "../../functions/functions.ts";
import type { AccessLogEntry } from "../../gateway/access-log.ts";
import type { Gateway } from "../../gateway/create-gateway.ts";
import type { RequestInput, RequestResult, ResponseView } from "../api.ts";
import { ConsoleError } from "../console-error.ts";
import { waitFor } from "../wait-for.ts";
import { findDecision } from "./decision-line.ts";
import { describeResult } from "./describe-result.ts";
import type { CallGateway } from "./send-request.ts";

export interface WatchedRun {
  readonly gateway: Pick<Gateway, "cachedResults">;
  readonly functions: Pick<LocalFunctions, "logs">;
  readonly accessLog: readonly AccessLogEntry[];
}

export interface WatchedAnswer {
  readonly response: ResponseView;
  readonly entry: AccessLogEntry;
}

/** Log lines travel on a pipe of their own, and may come after the answer. */
const LOG_WAIT_MS = 2_000;

/** One request, and the gateway's own note of it. */
export async function sendAndFind(
  call: Parameters<CallGateway>[0],
  callGateway: CallGateway,
  { accessLog }: WatchedRun,
): Promise<WatchedAnswer> {
  const response = await callGateway(call);
  const requestId = findHeader(response, "x-amzn-requestid");
  const entry = await waitFor(
    () => accessLog.findLast((candidate) => candidate.requestId === requestId),
    LOG_WAIT_MS,
  );
  if (entry === undefined) {
    throw new ConsoleError(
      502,
      "entry_missing",
      `the gateway answered ${response.status} and logged nothing`,
    );
  }
  return { response, entry };
}

/** One request, and all that gateway and authorizer told of it. */
export async function sendAndWatch(
  input: RequestInput,
  token: string | undefined,
  callGateway: CallGateway,
  run: WatchedRun,
  stageArn: string,
): Promise<RequestResult> {
  const call = { ...input, token };
  const { response, entry } = await sendAndFind(call, callGateway, run);
  const lambdaRequestId = entry.authorizer?.requestId;
  const decision =
    lambdaRequestId === undefined
      ? undefined
      : await waitFor(
          () => findDecision(run.functions.logs, lambdaRequestId),
          LOG_WAIT_MS,
        );
  const fingerprint = fingerprintOf(token);
  const kept = run.gateway
    .cachedResults()
    .find(({ tokenFingerprint }) => tokenFingerprint === fingerprint);
  const journey = { entry, decision, kept, nowMs: Date.now() };
  return describeResult(input, response, journey, stageArn);
}

/** As the gateway's cache shows it. */
function fingerprintOf(token: string | undefined): string {
  return createHash("sha256")
    .update(`Bearer ${token ?? ""}`)
    .digest("hex")
    .slice(0, 12);
}

function findHeader(
  { headers }: ResponseView,
  wanted: string,
): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}
