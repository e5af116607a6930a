/** Which statement of a policy decides a request, read as IAM reads it: a Deny wins, then an Allow, else nothing. */
import { type StageArn, formatStageArn } from "./method-arn.ts";
import type { PolicyDocument, PolicyStatement } from "./policy.ts";

export type PolicyVerdict =
  | {
      readonly effect: "allow" | "explicit_deny";
      readonly statement: PolicyStatement;
      /** The resource of the statement that matched. */
      readonly resource: string;
    }
  | { readonly effect: "implicit_deny" };

/** Conditions are taken to hold: the time condition ends with the token, and an expired one gets a 401. */
export function explainPolicy(
  document: PolicyDocument,
  methodArn: string,
): PolicyVerdict {
  for (const effect of ["Deny", "Allow"] as const) {
    for (const statement of document.Statement) {
      if (statement.Effect !== effect) continue;
      const resource = statement.Resource.find((candidate) =>
        matchesResource(candidate, methodArn),
      );
      if (resource !== undefined) {
        return {
          effect: effect === "Deny" ? "explicit_deny" : "allow",
          statement,
          resource,
        };
      }
    }
  }
  return { effect: "implicit_deny" };
}

/** The ARN that the gateway evaluates a request under. */
export function formatMethodArn(
  stage: StageArn,
  method: string,
  path: string,
): string {
  return `${formatStageArn(stage)}/${method}${path}`;
}

/** `*` is any text and `?` any one character, slashes and colons included. Steps back to the last `*` only. */
export function matchesResource(pattern: string, text: string): boolean {
  let p = 0;
  let starAt = -1;
  let resumeAt = 0;
  for (let t = 0; t < text.length;) {
    if (pattern[p] === "*") {
      starAt = p;
      resumeAt = t;
      p += 1;
    } else if (pattern[p] === "?" || pattern[p] === text[t]) {
      p += 1;
      t += 1;
    } else if (starAt !== -1) {
      resumeAt += 1;
      p = starAt + 1;
      t = resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}
