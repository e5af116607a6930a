/** Judges one request by an authorizer's policy: explicit deny, else allow, else implicit deny. */
import { matchesGlob } from "./glob.ts";
import type { RequestFacts } from "./policy-conditions.ts";
import type { PolicyStatement } from "./policy-document.ts";

export type PolicyVerdict = "allow" | "explicit_deny" | "implicit_deny";

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
  const effects = new Set(
    statements
      .filter(
        ({ actions, resources, conditions }) =>
          actions.some((action) => matchesGlob(action.toLowerCase(), ACTION)) &&
          resources.some((resource) => matchesGlob(resource, resourceArn)) &&
          conditions.every((holds) => holds(facts)),
      )
      .map(({ effect }) => effect),
  );
  if (effects.has("Deny")) return "explicit_deny";
  return effects.has("Allow") ? "allow" : "implicit_deny";
}
