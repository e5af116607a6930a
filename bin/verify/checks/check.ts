/** What a check is, and the way most of them go: a list of requests, each with the answers that are right. */
import {
  type Answer,
  type AnswerKind,
  describeAnswer,
} from "../http/answer.ts";
import type { Budget } from "../http/budget.ts";
import type { Question, Sender } from "../http/sender.ts";
import type { Target } from "../target/target.ts";
import type { Authorizations } from "../tokens/authorization.ts";

export interface CheckContext extends Sender {
  readonly target: Target;
  readonly authorizations: Authorizations;
  readonly budget: Budget;
  readonly signal: AbortSignal;
  /** Whether methods that change something may be sent to the routes themselves. */
  readonly isUnsafeAllowed: boolean;
  /** Said at once, beside the report: what an operator must know even if the process dies now. */
  readonly warn: (text: string) => void;
}

export interface Check {
  /** Stable. */
  readonly id: string;
  /** What a pass proves, in one sentence. */
  readonly proves: string;
  readonly how: string;
  readonly expected: string;
  readonly run: (context: CheckContext) => Promise<CheckOutcome>;
}

export type CheckOutcome =
  | {
      readonly verdict: "pass" | "fail";
      /** How many answers were judged. */
      readonly cases: number;
      readonly seen: string;
      /** One line for each answer that was wrong. */
      readonly findings: readonly string[];
    }
  | { readonly verdict: "not run"; readonly why: string };

export const notRun = (why: string): CheckOutcome => ({
  verdict: "not run",
  why,
});

/** Fails with findings, passes without. */
export function judged(
  cases: number,
  findings: readonly string[],
  seen: string,
): CheckOutcome {
  return {
    verdict: findings.length === 0 ? "pass" : "fail",
    cases,
    seen,
    findings,
  };
}

export interface Case {
  readonly name: string;
  readonly question: Question;
  /** What is wrong with an answer; `undefined` when nothing is. */
  readonly judge: (answer: Answer) => string | undefined;
}

/** The answer must be one of these kinds. */
export const expectKind =
  (...kinds: readonly AnswerKind[]): Case["judge"] =>
  (answer) =>
    kinds.includes(answer.kind) ? undefined : describeAnswer(answer);

/** Whatever stands in front may refuse a request that is no good as such; only to be let in is wrong. */
export const expectRefusal = expectKind(
  "unauthenticated",
  "forbidden",
  "no_route",
  "rejected",
  "dropped",
);

export async function runCases(
  { ask }: Pick<CheckContext, "ask">,
  cases: readonly Case[],
): Promise<CheckOutcome> {
  const findings: string[] = [];
  const counts = new Map<string, number>();
  for (const { name, question, judge } of cases) {
    const answer = await ask(question);
    const problem = judge(answer);
    if (problem !== undefined) findings.push(`${name}: ${problem}`);
    const words = describeAnswer(answer);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  const seen = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([words, count]) => `${count} × ${words}`)
    .join(", ");
  return judged(cases.length, findings, seen);
}
