/** What the gateway is handed, held against what the decision's log line says. */
import type { DecisionLogEntry } from "../../lambda/authorizer/create-authorizer.ts";
import { isJsonObject, own } from "../../lambda/core/json.ts";
import type { InvocationResult } from "../../local/functions/invocation.ts";

/** The log line says what was decided, the answer what the gateway will do: they must be the same. */
export function disagreements(
  { outcome }: DecisionLogEntry,
  result: InvocationResult,
): string[] {
  const got =
    result.kind === "error"
      ? result.errorMessage
      : effectsOf(result.payload).join("+");
  const fits = {
    allow: /^Allow(\+Deny)*$/,
    forbid: /^Deny$/,
    unauthenticated: /^Unauthorized$/,
    could_not_tell: /^could not tell: [a-z_]+$/,
  }[outcome].test(got);
  return fits ? [] : [`logged ${outcome}, but answered ${got}`];
}

function effectsOf(payload: unknown): readonly string[] {
  const policy = isJsonObject(payload) ? own(payload, "policyDocument") : {};
  const statements = isJsonObject(policy) ? own(policy, "Statement") : [];
  return (Array.isArray(statements) ? statements : [])
    .map((statement: unknown) =>
      isJsonObject(statement) ? String(own(statement, "Effect")) : "?",
    )
    .sort();
}
