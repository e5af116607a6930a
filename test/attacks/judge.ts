/** Runs an attack and says what was not as it should be. */
import { isDeepStrictEqual } from "node:util";
import type {
  AuthorizerResult,
  DecisionLogEntry,
} from "../../lambda/authorizer/create-authorizer.ts";
import type { UnauthenticatedReason } from "../../lambda/core/reasons.ts";
import { STAGE_ARN, methodArn } from "../support/events.ts";
import { evaluatePolicy } from "../support/policy-oracle.ts";
import type { Attack, Expected } from "./attack.ts";
import { baselineEvent } from "./baseline.ts";
import { type Answer, type Counts, createDeployment } from "./deployment.ts";

export interface Trial {
  /** Empty when the attack was answered as expected. */
  readonly problems: readonly string[];
  /** What was sent, answered and logged, for the search for leaks. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly answer: Answer;
  readonly log: readonly DecisionLogEntry[];
}

/** Design §4: these come before any cache or network. */
const RAW_REASONS: ReadonlySet<UnauthenticatedReason> = new Set([
  "authorization_malformed",
  "token_too_large",
  "token_malformed",
  "token_encrypted",
  "token_not_canonical",
  "json_too_deep",
  "algorithm_not_allowed",
  "type_not_allowed",
  "kid_malformed",
  "critical_header",
  "issuer_not_allowed",
  "time_claim_malformed",
]);

export async function tryAttack(attack: Attack): Promise<Trial> {
  const deployment = await createDeployment(attack.deployment);
  await attack.before?.(deployment);
  const event = attack.event?.() ?? {};
  const before = { ...deployment.counts };
  const logged = deployment.log.length;
  const answer = await polluted(attack.pollution ?? {}, () =>
    deployment.send(event),
  );
  const at = deployment.clock.now() / 1_000;
  const work = difference(deployment.counts, before);
  const entries = deployment.log.slice(logged);
  const log = [...deployment.log];

  const problems = [
    ...logProblems(entries, attack.expected),
    ...workProblems(work, attack.expected),
    ...answerProblems(answer, attack.expected, { event, at }),
  ];
  if (attack.expected.outcome === "allow" && problems.length === 0) {
    // The same token on the baseline's request: the policy must not depend on the request that came first.
    const again = await deployment.send({ ...event, methodArn: methodArn() });
    const arn = baselineEvent(event)["methodArn"];
    if (
      String(arn).startsWith(`${STAGE_ARN}/`) &&
      !isDeepStrictEqual(again, answer)
    ) {
      problems.push("the policy depends on the request's method or path");
    }
  }
  return { problems, event: baselineEvent(event), answer, log };
}

async function polluted<Value>(
  members: Readonly<Record<string, unknown>>,
  run: () => Promise<Value>,
): Promise<Value> {
  const names = Object.keys(members);
  for (const name of names) {
    // Not enumerable, so that it disturbs nobody but who reads this very name.
    Object.defineProperty(Object.prototype, name, {
      value: members[name],
      configurable: true,
    });
  }
  try {
    return await run();
  } finally {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  }
}

function difference(after: Counts, before: Counts): Counts {
  return {
    fetches: after.fetches - before.fetches,
    keyLookups: after.keyLookups - before.keyLookups,
    verifications: after.verifications - before.verifications,
    reads: after.reads - before.reads,
  };
}

function logProblems(
  entries: readonly DecisionLogEntry[],
  expected: Expected,
): string[] {
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    return [`logged ${entries.length} lines instead of one`];
  }
  const { outcome, reason, attributes } = entry;
  const problems: string[] = [];
  const wanted = "reason" in expected ? expected.reason : undefined;
  if (outcome !== expected.outcome || reason !== wanted) {
    problems.push(
      `was ${outcome} ${reason ?? ""}, expected ${expected.outcome} ${wanted ?? ""}`,
    );
  }
  if (
    expected.outcome === "could_not_tell" &&
    expected.attributes !== undefined &&
    !isDeepStrictEqual(attributes, expected.attributes)
  ) {
    problems.push(
      `logged the attributes ${String(attributes)}, expected ${String(expected.attributes)}`,
    );
  }
  return problems;
}

/** A token that is refused must not have cost more than it had to. */
function workProblems(work: Counts, expected: Expected): string[] {
  if (expected.outcome !== "unauthenticated") return [];
  const problems: string[] = [];
  if (work.reads > 0) problems.push("a refused token reached the table");
  if (RAW_REASONS.has(expected.reason) && work.verifications > 0) {
    problems.push("a token that is refused raw reached the verifier");
  }
  if (RAW_REASONS.has(expected.reason) && work.keyLookups + work.fetches > 0) {
    problems.push("a token that is refused raw reached the keys");
  }
  return problems;
}

function answerProblems(
  answer: Answer,
  expected: Expected,
  request: Parameters<typeof policyProblems>[2],
): string[] {
  switch (expected.outcome) {
    case "unauthenticated":
      return thrownProblems(answer, "Unauthorized");
    case "could_not_tell":
      return thrownProblems(answer, `could not tell: ${expected.reason}`);
    case "allow":
    case "forbid":
      return answer.kind === "thrown"
        ? [`threw ${String(answer.error)}`]
        : [
            ...contextProblems(answer.result),
            ...policyProblems(answer.result, expected, request),
          ];
  }
}

function thrownProblems(answer: Answer, message: string): string[] {
  if (answer.kind === "result") return ["answered with a policy"];
  const { error } = answer;
  const isBare =
    error instanceof Error &&
    error.message === message &&
    error.stack === "" &&
    error.cause === undefined;
  return isBare ? [] : [`threw something else than a bare ${message}`];
}

/** API Gateway takes flat scalars; some become headers. */
function contextProblems({ context, principalId }: AuthorizerResult): string[] {
  const values = [principalId, ...Object.values(context)];
  const printable = values.every(
    (value) =>
      ["string", "number", "boolean"].includes(typeof value) &&
      /^[\x20-\x7e]*$/.test(String(value)),
  );
  const present = ["tenantId", "clientId", "subject", "denyReason"].every(
    (name) =>
      Object.hasOwn(context, name) &&
      typeof context[name] === "string" &&
      context[name] !== "",
  );
  return [
    ...(printable ? [] : ["the context holds more than printable scalars"]),
    ...(present ? [] : ["the context lacks what is always in it"]),
  ];
}

function policyProblems(
  { policyDocument, context }: AuthorizerResult,
  expected: Extract<Expected, { outcome: "allow" | "forbid" }>,
  {
    event,
    at,
  }: { readonly event: Readonly<Record<string, unknown>>; readonly at: number },
): string[] {
  const eventArn = String(baselineEvent(event)["methodArn"]);
  const judge = (arn: string, instant = at) =>
    evaluatePolicy(policyDocument, { arn, at: instant });
  if (expected.outcome === "forbid") {
    const isShut = [eventArn, `${STAGE_ARN}/GET/`].every(
      (arn) => judge(arn) === "explicit_deny",
    );
    return [
      ...(isShut ? [] : ["a forbid that does not deny the whole stage"]),
      ...(context["denyReason"] === expected.reason
        ? []
        : ["the 403 would show another reason"]),
    ];
  }
  const problems: string[] = [];
  const verdict = judge(expected.arn ?? eventArn, expected.at);
  if (verdict !== expected.verdict) {
    problems.push(`the request is ${verdict}, expected ${expected.verdict}`);
  }
  if (
    expected.opensGlobex !== true &&
    judge(methodArn("GET", "/globex/orders")) === "allow"
  ) {
    problems.push("the policy opens another tenant's routes");
  }
  if (
    expected.context !== undefined &&
    !isDeepStrictEqual({ ...context }, { ...expected.context })
  ) {
    problems.push(`the context is ${JSON.stringify(context)}`);
  }
  if (JSON.stringify(policyDocument).length > 8_000) {
    problems.push("the policy is larger than 8,000 bytes");
  }
  return problems;
}
