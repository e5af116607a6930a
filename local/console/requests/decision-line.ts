import type { FunctionLogLine } from "../../functions/functions.ts";
import { isRecord, ownProperty } from "../../json.ts";
import { STEP_NAMES, type StepName } from "../api.ts";

/** What the authorizer logged of one decision, as far as we know its words. */
export interface DecisionLine {
  readonly outcome: string;
  readonly reason: string | undefined;
  readonly tenantId: string | undefined;
  readonly attributes: readonly string[];
  /** Milliseconds of each step that was reached. */
  readonly stepsMs: Readonly<Partial<Record<StepName, number>>>;
  readonly keySetAgeSeconds: number | undefined;
  readonly recordAgeSeconds: number | undefined;
  /** As it was written. */
  readonly line: unknown;
}

/** The decision logged under this Lambda request id, or `undefined` when there is none (yet). */
export function findDecision(
  logs: readonly FunctionLogLine[],
  requestId: string,
): DecisionLine | undefined {
  for (const { line } of logs.toReversed()) {
    // Most lines are others', and need no parsing.
    const decision = line.includes(requestId) ? readDecision(line) : undefined;
    if (decision !== undefined) return decision;
  }
  return undefined;
}

function readDecision(line: string): DecisionLine | undefined {
  let message: unknown;
  try {
    message = ownProperty(JSON.parse(line), "message");
  } catch {
    return undefined;
  }
  const outcome = ownProperty(message, "outcome");
  if (typeof outcome !== "string") return undefined;
  const attributes = ownProperty(message, "attributes");
  return {
    outcome,
    reason: textOf(message, "reason"),
    tenantId: textOf(message, "tenantId"),
    attributes: (Array.isArray(attributes) ? attributes : []).filter(
      (attribute) => typeof attribute === "string",
    ),
    stepsMs: readSteps(ownProperty(message, "stepsMs")),
    keySetAgeSeconds: numberOf(message, "keySetAgeSeconds"),
    recordAgeSeconds: numberOf(message, "recordAgeSeconds"),
    line: message,
  };
}

function readSteps(steps: unknown): DecisionLine["stepsMs"] {
  if (!isRecord(steps)) return {};
  return Object.fromEntries(
    STEP_NAMES.flatMap((name) => {
      const ms = numberOf(steps, name);
      return ms === undefined ? [] : [[name, ms]];
    }),
  );
}

function textOf(message: unknown, name: string): string | undefined {
  const value = ownProperty(message, name);
  return typeof value === "string" ? value : undefined;
}

function numberOf(message: unknown, name: string): number | undefined {
  const value = ownProperty(message, name);
  return typeof value === "number" ? value : undefined;
}
