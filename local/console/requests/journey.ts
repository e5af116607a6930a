import type { AccessLogEntry } from "../../gateway/access-log.ts";
import type { CachedResultView } from "../../gateway/result-cache.ts";
import { STEP_NAMES, type StepName } from "../api.ts";
import { findReason } from "../reasons/find-reason.ts";
import type { DecisionLine } from "./decision-line.ts";

/** What gateway and authorizer told of one request. */
export interface Journey {
  readonly entry: AccessLogEntry;
  /** `undefined` when the authorizer did not run, or has not logged what it decided. */
  readonly decision: DecisionLine | undefined;
  /** What the gateway keeps for the token. */
  readonly kept: CachedResultView | undefined;
  readonly nowMs: number;
}

/** The steps that the authorizer takes, in its order. */
export const AUTHORIZER_STEPS: readonly StepName[] = STEP_NAMES.slice(0, 5);

/** The code of what ended the request; `undefined` when nothing did. */
export function findCode({ entry, decision }: Journey): string | undefined {
  // To the gateway every 401 is alike, and so is every outage: why is in the authorizer's own line.
  return decision?.reason ?? entry.reason;
}

/** Where the request ended; `undefined` when it got through. */
export function findEnd(journey: Journey): StepName | undefined {
  const { entry, decision } = journey;
  const code = findCode(journey);
  if (code === undefined) return undefined;
  // The authorizer decided earlier, about an earlier request: here it is the kept answer that refuses.
  if (entry.cache === "hit" && entry.decision === "deny") return "gateway";
  if (code === "internal_error") return lastStep(decision) ?? "token";
  if (code === "route_not_granted" && decision?.outcome === "forbid") {
    // Nothing at all is granted to the token.
    return "policy";
  }
  return findReason(code).step ?? lastStep(decision) ?? "gateway";
}

function lastStep(decision: DecisionLine | undefined): StepName | undefined {
  return AUTHORIZER_STEPS.findLast(
    (name) => decision?.stepsMs[name] !== undefined,
  );
}
