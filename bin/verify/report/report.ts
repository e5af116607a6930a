/** The attestation: the value that every form of the report is made of, and that `--json` writes as it is. */
import type { Limits } from "../http/budget.ts";
import type { Observation } from "../observations.ts";

export interface Report {
  readonly tool: {
    readonly name: string;
    readonly version: string;
    readonly node: string;
  };
  readonly target: {
    readonly kind: "local" | "deployed";
    readonly url: string;
    readonly hosts: readonly string[];
    readonly tenants: readonly {
      readonly name: string;
      /** As `"GET /acme/orders"`. */
      readonly requests: readonly string[];
    }[];
  };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly requests: number;
  readonly limits: Limits;
  /** `incomplete`: a check could not be run although all that it takes was given, or the run ended early. */
  readonly verdict: "pass" | "findings" | "incomplete";
  /** Why it is incomplete, one line for each check that was cut short. */
  readonly faults: readonly string[];
  readonly checks: readonly CheckReport[];
  readonly observations: readonly Observation[];
  /** The command line again; it holds no secret. */
  readonly repeat: string;
}

export interface CheckReport {
  readonly id: string;
  readonly proves: string;
  readonly how: string;
  readonly expected: string;
  readonly verdict: "pass" | "fail" | "not run";
  /** How many answers were judged. */
  readonly cases: number;
  /** What was seen; of a check that was not run, why. */
  readonly seen: string;
  readonly findings: readonly string[];
}

/** What an auditor must know before leaning on any of it. */
export function limitsOf({ target }: Report): readonly string[] {
  return [
    "A pass says that what was tried was refused or let in as it should be, on that day, from outside. It is no proof that nothing else gets in.",
    ...(target.kind === "local"
      ? [
          "This was the local run. What its gateway does is no evidence of what AWS does: docs/local-gateway.md says which of it is proven.",
        ]
      : [
          "A check that was not run says nothing. Observations are no verdicts: they tell what AWS does where its documents are silent.",
        ]),
  ];
}

export function countVerdicts(
  { checks }: Report,
  verdict: CheckReport["verdict"],
): number {
  return checks.filter((check) => check.verdict === verdict).length;
}
