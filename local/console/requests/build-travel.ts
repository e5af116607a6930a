/** One request's way through gateway, authorizer and backend, as steps to look at. */
import {
  STEP_NAMES,
  type StepName,
  type StepState,
  type TravelStep,
} from "../api.ts";
import { AUTHORIZER_STEPS, findEnd, type Journey } from "./journey.ts";
import { describeStep } from "./describe-step.ts";

export function buildTravel(journey: Journey): readonly TravelStep[] {
  const end = findEnd(journey);
  return STEP_NAMES.map((name) => {
    const state = stateOf(name, end, journey);
    const durationMs = durationOf(name, state, journey);
    return {
      name,
      state,
      note: describeStep(name, state, journey),
      ...(durationMs !== undefined && { durationMs }),
    };
  });
}

function stateOf(
  name: StepName,
  end: StepName | undefined,
  journey: Journey,
): StepState {
  if (name === end && !isUntold(journey)) return "failed";
  if (AUTHORIZER_STEPS.includes(name))
    return authorizerState(name, end, journey);
  const { entry } = journey;
  if (name === "gateway") {
    if (entry.decision === "deny") return "kept";
    // A kept 401 or 503 does not exist.
    return isBefore("gateway", end) && !isUntold(journey)
      ? "passed"
      : "not_reached";
  }
  return end === undefined ? "passed" : "not_reached";
}

function authorizerState(
  name: StepName,
  end: StepName | undefined,
  journey: Journey,
): StepState {
  const { entry, decision } = journey;
  if (entry.cache === "hit") return "skipped";
  if (decision === undefined) {
    if (entry.decision === "none" && end === undefined) return "skipped";
    const isAsked = entry.cache === "miss" || entry.cache === "off";
    return isAsked ? "unknown" : "not_reached";
  }
  return isBefore(name, end) ? "passed" : "not_reached";
}

/** Whether the authorizer refused the token, and its line with the reason is missing. */
function isUntold({ entry, decision }: Journey): boolean {
  return entry.decision === "unauthenticated" && entry.authorizer !== undefined
    ? decision === undefined
    : false;
}

function isBefore(name: StepName, end: StepName | undefined): boolean {
  return (
    end === undefined || STEP_NAMES.indexOf(name) < STEP_NAMES.indexOf(end)
  );
}

function durationOf(
  name: StepName,
  state: StepState,
  { entry, decision }: Journey,
): number | undefined {
  if (state !== "passed" && state !== "failed" && state !== "kept") {
    return undefined;
  }
  if (name === "backend") return entry.integrationMs;
  if (name === "gateway") {
    const others =
      (entry.authorizer?.durationMs ?? 0) + (entry.integrationMs ?? 0);
    return Math.max(entry.durationMs - others, 0);
  }
  return decision?.stepsMs[name];
}
