/** Judges one request by an authorizer's policy: explicit deny, else allow, else implicit deny. */
import { matchesGlob } from "./glob.ts";
import type { RequestFacts } from "./policy-conditions.ts";
import type { PolicyStatement } from "./policy-document.ts";

export type PolicyVerdict = "allow" | "explicit_deny" | "implicit_deny";

/** A verdict, and where in the policy it comes from; statements are named by their place, from 0. */
export interface PolicyJudgement {
  readonly verdict: PolicyVerdict;
  /** The first denial that applies, else the first grant; `undefined` when none does. */
  readonly statement: number | undefined;
  /** A grant that covers the request, but whose condition does not hold: it would have opened at another time. */
  readonly unmetStatement: number | undefined;
}

/** The only action API Gateway asks about, in lower case: IAM's action names have no letter case. */
const ACTION = "execute-api:invoke";

/**
 * `resourceArn` is the request's method ARN. Resources match over the whole ARN, letter case included. That a
 * condition is evaluated for every request, cached policy or not, is unproven on AWS (see docs/local-gateway.md).
 */
export function evaluatePolicy(
  statements: readonly PolicyStatement[],
  resourceArn: string,
  facts: RequestFacts,
): PolicyVerdict {
  return judgeByPolicy(statements, resourceArn, facts).verdict;
}

/** As `evaluatePolicy`, with the statement that decided. */
export function judgeByPolicy(
  statements: readonly PolicyStatement[],
  resourceArn: string,
  facts: RequestFacts,
): PolicyJudgement {
  const covering = statements
    .map((statement, index) => ({ ...statement, index }))
    .filter(
      ({ actions, resources }) =>
        actions.some((action) => matchesGlob(action.toLowerCase(), ACTION)) &&
        resources.some((resource) => matchesGlob(resource, resourceArn)),
    )
    .map(({ effect, conditions, index }) => ({
      effect,
      index,
      isMet: conditions.every((holds) => holds(facts)),
    }));
  const find = (wanted: "Allow" | "Deny", isWantedMet: boolean) =>
    covering.find(
      ({ effect, isMet }) => effect === wanted && isMet === isWantedMet,
    )?.index;
  const denial = find("Deny", true);
  const grant = find("Allow", true);
  return {
    verdict:
      denial !== undefined
        ? "explicit_deny"
        : grant !== undefined
          ? "allow"
          : "implicit_deny",
    statement: denial ?? grant,
    unmetStatement: find("Allow", false),
  };
}
