/** Whether the authorizer and the oracle say the same of a case; if not, in what they differ. */
import { evaluatePolicy } from "../support/policy-oracle.ts";
import { STAGE_ARN } from "../support/events.ts";
import type { FuzzCase } from "./cases.ts";
import type { OracleVerdict } from "./oracle.ts";
import type { SubjectVerdict } from "./subject.ts";

export interface Judged {
  readonly fuzzCase: FuzzCase;
  readonly subject: SubjectVerdict;
  readonly oracle: OracleVerdict;
}

export interface Disagreement extends Judged {
  readonly kind: "outcome" | "reason" | "identity" | "policy";
  readonly detail: string;
}

export function findDisagreement(judged: Judged): Disagreement | undefined {
  const { subject, oracle, fuzzCase } = judged;
  const differ = (
    kind: Disagreement["kind"],
    detail: string,
  ): Disagreement => ({ ...judged, kind, detail });

  const said = `${subject.outcome} ${subject.reason ?? ""}`.trim();
  if (oracle.outcome === "unauthenticated") {
    const expected = `${oracle.stage}: ${[...oracle.reasons].join(" or ")}`;
    if (subject.outcome !== "unauthenticated") {
      return differ(
        "outcome",
        `${said}, expected unauthenticated (${expected})`,
      );
    }
    return oracle.reasons.has(String(subject.reason))
      ? undefined
      : differ("reason", `${said}, expected ${expected}`);
  }

  const expected = `${oracle.outcome} ${oracle.reason ?? ""}`.trim();
  const { result } = subject;
  if (subject.outcome !== oracle.outcome || result === undefined) {
    return differ("outcome", `${said}, expected ${expected}`);
  }
  if (subject.reason !== oracle.reason) {
    return differ("reason", `${said}, expected ${expected}`);
  }
  const {
    tenantId,
    clientId,
    subject: sub,
    scope,
    organizationId,
  } = oracle.identity;
  const told = JSON.stringify([result.principalId, result.context]);
  const toTell = JSON.stringify([
    sub,
    {
      tenantId,
      clientId,
      subject: sub,
      denyReason: oracle.reason ?? "route_not_granted",
      scope,
      organizationId,
    },
  ]);
  if (told !== toTell) return differ("identity", `${told}, expected ${toTell}`);

  const wrong = findWrongAnswer(
    result.policyDocument,
    tenantId,
    fuzzCase.nowMs / 1_000,
    oracle.outcome === "allow" ? oracle.endsAt : -Infinity,
  );
  return wrong === undefined ? undefined : differ("policy", wrong);
}

/** What the policy says wrongly of a request: the tenant's own until the end, and no other ever. */
function findWrongAnswer(
  policy: unknown,
  tenantId: string,
  now: number,
  endsAt: number,
): string | undefined {
  // IAM's clock has whole seconds: the last one is cut short.
  const end = Math.floor(endsAt);
  const own = `/${tenantId}/orders`;
  const questions = [
    { path: own, at: now, isOpen: now < end },
    { path: own, at: Math.max(now, end - 1), isOpen: now < end },
    { path: own, at: endsAt, isOpen: false },
    { path: "/other/orders", at: now, isOpen: false },
    { path: "/", at: now, isOpen: false },
  ];
  const wrong = questions.find(({ path, at, isOpen }) => {
    const arn = `${STAGE_ARN}/GET${path}`;
    return (evaluatePolicy(policy, { arn, at }) === "allow") !== isOpen;
  });
  return wrong === undefined
    ? undefined
    : `the policy says ${wrong.isOpen ? "no" : "yes"} to ${wrong.path} at ${wrong.at}`;
}
