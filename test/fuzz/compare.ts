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

  const wrong = findWrongAnswer(judged, tenantId, fuzzCase.nowMs / 1_000);
  return wrong === undefined ? undefined : differ("policy", wrong);
}

/** What the policy says of requests now, after the token's end, and to another tenant. */
function findWrongAnswer(
  { subject: { outcome, result }, oracle, fuzzCase }: Judged,
  tenantId: string,
  now: number,
): string | undefined {
  const exp = Number(oracle.payload.get("exp"));
  const tolerance = fuzzCase.deployment.clockToleranceSeconds;
  const ask = (path: string, at: number): boolean =>
    evaluatePolicy(result?.policyDocument, {
      arn: `${STAGE_ARN}/GET${path}`,
      at,
    }) === "allow";
  const questions = [
    // IAM's clock has whole seconds, so a token's last second may be cut short.
    {
      name: "the tenant's own path",
      told: ask(`/${tenantId}/orders`, now),
      right: outcome === "allow" || undefined,
    },
    {
      name: "another tenant's path",
      told: ask("/other/orders", now),
      right: false,
    },
    { name: "the root", told: ask("/", now), right: false },
    {
      name: "a path after the end",
      told: ask(`/${tenantId}/orders`, exp + tolerance),
      right: false,
    },
  ];
  const isLastSecond = exp - now < 1;
  const wrong = questions.find(
    ({ told, right }) =>
      told !== (right ?? false) && !(isLastSecond && right === true),
  );
  return wrong === undefined
    ? undefined
    : `the policy says ${wrong.told ? "yes" : "no"} to ${wrong.name}`;
}
