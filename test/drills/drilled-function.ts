/**
 * The authorizer as it is deployed: the synthesized template's function, its bundle, its environment, under a
 * Lambda runtime, frozen between invocations. All that is added is where the issuer and the table are, and a
 * preload that moves clocks (see preload.ts).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ENV } from "../../lambda/authorizer/env-names.ts";
import type { DecisionLogEntry } from "../../lambda/authorizer/create-authorizer.ts";
import { isJsonObject, own } from "../../lambda/core/json.ts";
import { createFunctions } from "../../local/functions/functions.ts";
import { methodArn } from "../support/events.ts";
import { disagreements } from "./answers.ts";
import { type Deployment, variablesOf } from "./deployment.ts";
import type { DrillControl, JournalEntry } from "./preload.ts";

/** One answer, seen from outside, and what it took. */
export interface Observation {
  /** Of the decision's log line; it must agree with what the gateway is handed. */
  readonly outcome: DecisionLogEntry["outcome"] | "none";
  readonly reason: DecisionLogEntry["reason"] | undefined;
  /** In a running process from the event to the answer; in a new one from the first outgoing request on. */
  readonly ms: number;
  /** From the first request to the table to the answer. */
  readonly msFromRead: number | undefined;
  /** Requests made to the issuer and to the table, whether or not they arrived. */
  readonly fetches: number;
  readonly reads: number;
  readonly keySetAgeSeconds: number | undefined;
  readonly recordAgeSeconds: number | undefined;
  readonly isCold: boolean;
  /** Why outcome and answer do not fit, or what else must never be. */
  readonly faults: readonly string[];
}

export interface DrilledFunction extends AsyncDisposable {
  readonly invoke: (token: string) => Promise<Observation>;
  /** Moves the function's clocks on, as if it had been frozen or idle. */
  readonly pass: (seconds: number) => void;
  /** Moves each clock by itself. */
  readonly shift: (seconds: { wall: number; monotonic: number }) => void;
  readonly setLookup: (lookup: DrillControl["lookup"]) => void;
  /** All that it has logged so far, as it would reach CloudWatch. */
  readonly lines: () => readonly string[];
  /** What was active in the process each time it went idle. */
  readonly idleResources: () => readonly Readonly<Record<string, number>>[];
}

export interface DrillEnvironment {
  readonly issuerUrl: string;
  readonly tableUrl: string;
  readonly caFile: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Without it the process has real clocks, and requests are counted by the servers alone. */
  readonly hasPreload?: boolean;
  /** How long a decision's line may take to arrive after the answer. @default 2000 */
  readonly logWaitMs?: number;
}

let functionCount = 0;

export function startDrilledFunction(
  deployment: Deployment,
  environment: DrillEnvironment,
): DrilledFunction {
  const { stack, authorizer, preload } = deployment;
  const { issuerUrl, tableUrl, caFile, hasPreload = true } = environment;
  functionCount += 1;
  const directory = join(deployment.directory, `function-${functionCount}`);
  const controlFile = `${directory}.control.json`;
  const journalFile = `${directory}.journal`;
  let control: DrillControl = {
    wallShiftMs: 0,
    monotonicShiftMs: 0,
    lookup: "ok",
  };
  const setControl = (change: Partial<DrillControl>): void => {
    control = { ...control, ...change };
    writeFileSync(controlFile, JSON.stringify(control));
  };
  setControl({});
  writeFileSync(journalFile, "");

  const variables = {
    ...variablesOf(authorizer),
    [ENV.issuers]: issuerUrl,
    ...environment.variables,
  };
  const lines: string[] = [];
  const decisions: DecisionLogEntry[] = [];
  const functions = createFunctions({
    stack: {
      ...stack,
      resources: new Map([
        [
          authorizer.logicalId,
          {
            ...authorizer,
            properties: {
              ...authorizer.properties,
              Environment: { Variables: variables },
            },
          },
        ],
      ]),
    },
    stateDirectory: directory,
    switches: {
      NODE_EXTRA_CA_CERTS: caFile,
      AWS_ENDPOINT_URL_DYNAMODB: tableUrl,
      ...(hasPreload && {
        NODE_OPTIONS: `--import=${preload}`,
        DRILL_CONTROL: controlFile,
        DRILL_JOURNAL: journalFile,
      }),
    },
    maxEnvironments: 1,
    onLog: ({ line }) => {
      lines.push(line);
      const decision = parseDecision(line);
      if (decision !== undefined) decisions.push(decision);
    },
  });

  const journal = (): readonly JournalEntry[] =>
    readFileSync(journalFile, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as JournalEntry);

  let answers = 0;
  return {
    invoke: async (token) => {
      const entriesBefore = journal().length;
      const result = await functions.invoke(authorizer.logicalId, {
        type: "TOKEN",
        authorizationToken: `Bearer ${token}`,
        methodArn: methodArn(),
      });
      const answeredAtMs = Date.now();
      answers += 1;
      const decision = await logged(
        decisions,
        answers,
        environment.logWaitMs ?? 2_000,
      );
      const requests = journal()
        .slice(entriesBefore)
        .filter((entry) => entry.event === "request");
      const isTo = (url: string) => (entry: { host: string }) =>
        entry.host === new URL(url).host;
      const firstRead = requests.find(isTo(tableUrl));
      const faults = decision
        ? disagreements(decision, result)
        : [`no decision was logged: ${JSON.stringify(result).slice(0, 200)}`];
      // After the first answer a cold start means that the process has died in between.
      if (result.coldStart !== (answers === 1)) faults.push("process died");
      return {
        outcome: decision?.outcome ?? "none",
        reason: decision?.reason,
        ms:
          result.coldStart && requests[0] !== undefined
            ? answeredAtMs - requests[0].atMs
            : result.durationMs,
        msFromRead: firstRead && answeredAtMs - firstRead.atMs,
        fetches: requests.filter(isTo(issuerUrl)).length,
        reads: requests.filter(isTo(tableUrl)).length,
        keySetAgeSeconds: decision?.keySetAgeSeconds,
        recordAgeSeconds: decision?.recordAgeSeconds,
        isCold: result.coldStart,
        faults,
      };
    },
    pass: (seconds) => {
      setControl({
        wallShiftMs: control.wallShiftMs + seconds * 1_000,
        monotonicShiftMs: control.monotonicShiftMs + seconds * 1_000,
      });
    },
    shift: ({ wall, monotonic }) => {
      setControl({
        wallShiftMs: control.wallShiftMs + wall * 1_000,
        monotonicShiftMs: control.monotonicShiftMs + monotonic * 1_000,
      });
    },
    setLookup: (lookup) => {
      setControl({ lookup });
    },
    lines: () => lines,
    idleResources: () =>
      journal()
        .filter((entry) => entry.event === "idle")
        .map(({ active }) => active),
    [Symbol.asyncDispose]: () => functions.stop(),
  };
}

/** The log travels on another pipe than the answer, and may come after it. */
async function logged(
  decisions: readonly DecisionLogEntry[],
  count: number,
  waitMs: number,
): Promise<DecisionLogEntry | undefined> {
  const end = performance.now() + waitMs;
  while (decisions.length < count && performance.now() < end) await sleep(5);
  return decisions[count - 1];
}

function parseDecision(line: string): DecisionLogEntry | undefined {
  try {
    const message: unknown = (JSON.parse(line) as Record<string, unknown>)[
      "message"
    ];
    return isJsonObject(message) && typeof own(message, "outcome") === "string"
      ? (message as unknown as DecisionLogEntry)
      : undefined;
  } catch {
    // Not one of the function's JSON lines.
    return undefined;
  }
}
