import type { StepName, StepState } from "../api.ts";
import { findReason } from "../reasons/find-reason.ts";
import { findCode, type Journey } from "./journey.ts";
import { countStatements } from "./policy-view.ts";

/** One line about one step; empty where the state says it all. */
export function describeStep(
  name: StepName,
  state: StepState,
  journey: Journey,
): string {
  switch (state) {
    case "failed":
      return describeFailure(name, journey);
    case "passed":
    case "kept":
      return describePassed(name, journey);
    case "skipped":
      return journey.entry.cache === "hit"
        ? "not asked again: the gateway keeps this token’s answer"
        : "this route needs no token";
    case "unknown":
      return "the authorizer has not told";
    case "not_reached":
      return "";
  }
}

function describeFailure(name: StepName, journey: Journey): string {
  if (name === "gateway" && journey.entry.policy !== undefined) {
    return describeJudgement(journey);
  }
  const { meaning } = findReason(findCode(journey) ?? "");
  const { stepsMs } = journey.decision ?? {};
  // The library checks audience and expiry in one go with the signature.
  return name === "claims" &&
    stepsMs?.signature !== undefined &&
    stepsMs.claims === undefined
    ? `${meaning} (checked together with the signature)`
    : meaning;
}

function describePassed(name: StepName, journey: Journey): string {
  const { entry, decision } = journey;
  switch (name) {
    case "token":
      return "form, algorithm and issuer are as they must be";
    case "signature":
      return withAge(
        "fits a published key",
        "keys",
        decision?.keySetAgeSeconds,
      );
    case "claims":
      return "audience, times, subject and tenant claim hold";
    case "record":
      return withAge(
        `tenant ${decision?.tenantId ?? entry.tenantId ?? "unknown"}`,
        "record",
        decision?.recordAgeSeconds,
      );
    case "policy":
      return "the tenant may enter; its routes are a policy now";
    case "gateway":
      return describeJudgement(journey);
    case "backend":
      return `answered ${entry.status}`;
  }
}

function withAge(
  text: string,
  what: string,
  ageSeconds: number | undefined,
): string {
  return ageSeconds === undefined
    ? text
    : `${text} (${what} read ${ageSeconds} s ago)`;
}

/** What the policy said to this request, and for how long the gateway keeps it. */
function describeJudgement(journey: Journey): string {
  const { policy } = journey.entry;
  if (policy === undefined) return "no policy was asked";
  const count = countStatements(policy.document);
  const place = `statement ${(policy.statement ?? 0) + 1} of ${count}`;
  const judgement =
    policy.verdict === "allow"
      ? `${place} allows it`
      : policy.verdict === "explicit_deny"
        ? `${place} denies it`
        : policy.unmetStatement === undefined
          ? `none of ${count} statements covers it`
          : `statement ${policy.unmetStatement + 1} of ${count} covers it, but its time is over`;
  return `${judgement}; ${describeKeeping(journey)}`;
}

function describeKeeping({ entry, kept, nowMs }: Journey): string {
  if (entry.cache === "off") return "policies are not kept here";
  if (kept === undefined) return "it has been dropped from the cache since";
  const seconds = Math.round((kept.expiresAtMs - nowMs) / 1000);
  return entry.cache === "hit"
    ? `a kept policy, good for ${seconds} s more`
    : `the policy is kept for ${seconds} s`;
}
