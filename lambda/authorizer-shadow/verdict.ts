/** What a build of the authorizer said of a request, read off its answer and its decision line, and how two differ. */
import { type JsonObject, isJsonObject, own } from "../core/json.ts";

/** What the handler did. */
export type Answer = { readonly result: unknown } | { readonly thrown: string };

export interface Verdict {
  readonly outcome: "allow" | "forbid" | "unauthenticated" | "could_not_tell";
  readonly reason: string | undefined;
  readonly principalId: string;
  /** Every action on every resource, with effect and conditions: however the statements are cut. */
  readonly policy: ReadonlySet<string>;
  readonly context: string;
  readonly usageIdentifierKey: string;
}

/** In the order of the log line. */
export const MEMBERS = [
  "outcome",
  "reason",
  "principalId",
  "policy",
  "context",
  "usageIdentifierKey",
] as const satisfies readonly (keyof Verdict)[];

export type Member = (typeof MEMBERS)[number];

/** @param line the decision line; another build's may be missing, or say less */
export function readVerdict(answer: Answer, line: unknown): Verdict {
  const logged = isJsonObject(line) ? line : {};
  if ("thrown" in answer) {
    const isRefusal = answer.thrown === "Unauthorized";
    const told = /^could not tell: ([a-z_]+)$/.exec(answer.thrown)?.[1];
    return {
      outcome: isRefusal ? "unauthenticated" : "could_not_tell",
      reason: readCode(own(logged, "reason")) ?? told,
      principalId: "",
      policy: new Set(),
      context: "",
      usageIdentifierKey: "",
    };
  }
  const result = isJsonObject(answer.result) ? answer.result : {};
  const statements = statementsOf(own(result, "policyDocument"));
  const isAllow = statements.some((one) => own(one, "Effect") === "Allow");
  const context = own(result, "context");
  const denied = isJsonObject(context) ? own(context, "denyReason") : undefined;
  return {
    outcome: isAllow ? "allow" : "forbid",
    reason: isAllow
      ? undefined
      : (readCode(own(logged, "reason")) ?? readCode(denied)),
    principalId: canonical(own(result, "principalId")),
    policy: new Set(statements.flatMap(grantsOf)),
    context: canonical(context),
    usageIdentifierKey: canonical(own(result, "usageIdentifierKey")),
  };
}

/** The members in which they differ; none when they agree. */
export function findDifferences(a: Verdict, b: Verdict): readonly Member[] {
  return MEMBERS.filter((member) =>
    member === "policy"
      ? !isSameSet(a.policy, b.policy)
      : a[member] !== b[member],
  );
}

/** A code may be logged. Whatever else stands in its place, of a build that is not ours, may be a claim's value. */
export function readCode(value: unknown): string | undefined {
  return typeof value === "string" && /^[a-z][a-z_]{0,63}$/.test(value)
    ? value
    : undefined;
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}

function statementsOf(policy: unknown): readonly JsonObject[] {
  return isJsonObject(policy)
    ? [own(policy, "Statement")].flat().filter(isJsonObject)
    : [];
}

function grantsOf(statement: JsonObject): readonly string[] {
  const { Action: action, Resource: resource, ...rest } = statement;
  return [action]
    .flat()
    .flatMap((one) =>
      [resource].flat().map((other) => canonical([one, other, rest])),
    );
}

/** JSON with sorted names: the same text for the same value. */
function canonical(value: unknown): string {
  const text: unknown = JSON.stringify(value, (_name, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(
          Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
  return typeof text === "string" ? text : "";
}
