/**
 * What AWS's documents leave open, answered by the stage itself. An observation is neither right nor wrong, and our
 * defences lean on none of them; on the local run it says what the local gateway does, which proves nothing of AWS.
 */
import { mayOpen } from "./target/routes.ts";
import { describeAnswer } from "./http/answer.ts";
import type { CheckContext } from "./checks/check.ts";
import type { ExpirySeen } from "./checks/expiry.ts";

export interface Observation {
  readonly id: string;
  readonly question: string;
  readonly observed: readonly string[];
  readonly meaning: string;
}

/** A path below a granted subtree, spelled so that only an ARN that was changed before its evaluation is allowed. */
const PATH_SPELLINGS: readonly (readonly [string, string, string])[] = [
  ["%2F", "a%2Fb", "a slash that was encoded"],
  ["%2e%2e", "a/%2e%2e/b", "encoded dots"],
  ["..", "a/../b", "dot segments"],
  [".", "a/./b", "single dots"],
  ["//", "a//b", "two slashes"],
  ["%5C", "a%5Cb", "a backslash that was encoded"],
];

const SCHEMES = ["bearer", "BEARER", "bEaReR"];
const HEADER_NAMES = ["authorization", "AUTHORIZATION", "aUTHORIZATION"];

export async function observe(
  context: CheckContext,
  expiry: ExpirySeen | undefined,
): Promise<readonly Observation[]> {
  return [
    observeTimeCondition(expiry),
    await observePaths(context),
    await observeTrailingSlash(context),
    await observeLetterCase(context),
    await observeTwoHeaders(context),
  ];
}

function observeTimeCondition(expiry: ExpirySeen | undefined): Observation {
  const question =
    "Is a time condition of a kept policy evaluated anew for each request?";
  const id = "time-condition";
  if (expiry === undefined) {
    return {
      id,
      question,
      observed: ["nothing: no token's refusal after its exp was seen"],
      meaning: "remains unproven",
    };
  }
  const { answer, afterSeconds } = expiry;
  return {
    id,
    question,
    observed: [
      `${describeAnswer(answer)}, ${afterSeconds.toFixed(1)} s after exp`,
    ],
    meaning:
      answer.kind === "forbidden"
        ? "yes: the kept policy refused by itself, since the function, its leeway being over, would have answered 401"
        : "not told: the answer was no longer kept, and the function refused the token anew",
  };
}

async function observePaths({
  ask,
  target,
  authorizations,
}: CheckContext): Promise<Observation> {
  const id = "path-in-arn";
  const question =
    "How does a path stand in the ARN that a policy is evaluated against?";
  for (const tenant of target.tenants) {
    const request = tenant.own.find(
      ({ method, path }) =>
        method === "GET" &&
        mayOpen(tenant.routes, method, `${path}/a/b`) &&
        mayOpen(tenant.routes, method, `${path}/b`),
    );
    if (request === undefined) continue;
    const { method, path } = request;
    const authorization = await authorizations.usual(tenant);
    const observed: string[] = [];
    for (const [name, tail, words] of PATH_SPELLINGS) {
      const answer = await ask({
        method,
        path: `${path}/${tail}`,
        authorization,
      });
      const reading =
        answer.kind === "let_in"
          ? "changed before the policy saw it"
          : answer.kind === "forbidden"
            ? "still there, and denied"
            : "refused before the policy";
      observed.push(
        `${name} (${words}): ${describeAnswer(answer)}: ${reading}`,
      );
    }
    return {
      id,
      question,
      observed,
      meaning:
        "our policies deny each of these spellings; where one is changed first, the Deny is idle and the changed path is judged",
    };
  }
  return {
    id,
    question,
    observed: ["nothing: no tenant has a subtree open to GET"],
    meaning: "remains unproven",
  };
}

async function observeTrailingSlash({
  ask,
  target,
  authorizations,
}: CheckContext): Promise<Observation> {
  const id = "trailing-slash";
  const question = "Does a slash at the end of a path stay in the ARN?";
  for (const tenant of target.tenants) {
    const request = tenant.own.find(
      ({ method, path }) =>
        method === "GET" && !mayOpen(tenant.routes, method, `${path}/`),
    );
    if (request === undefined) continue;
    const answer = await ask({
      method: request.method,
      path: `${request.path}/`,
      authorization: await authorizations.usual(tenant),
    });
    return {
      id,
      question,
      observed: [`${request.path}/: ${describeAnswer(answer)}`],
      meaning:
        answer.kind === "let_in"
          ? "no: it is taken off before the policy sees it"
          : "yes, or it finds no route: a grant of the path does not open it",
    };
  }
  return {
    id,
    question,
    observed: ["nothing: no tenant has a single path open to GET"],
    meaning: "remains unproven",
  };
}

async function observeLetterCase({
  ask,
  target,
}: CheckContext): Promise<Observation> {
  const [tenant] = target.tenants;
  const [request] = tenant.own;
  const token = await tenant.token();
  const observed: string[] = [];
  for (const scheme of SCHEMES) {
    const authorization = `${scheme} ${token}`;
    const answer = await ask({ ...request, authorization });
    observed.push(`scheme ${scheme}: ${describeAnswer(answer)}`);
  }
  for (const name of HEADER_NAMES) {
    const headers = [[name, `Bearer ${token}`]] as const;
    const answer = await ask({ ...request, headers });
    observed.push(`header ${name}: ${describeAnswer(answer)}`);
  }
  return {
    id: "letter-case",
    question: "Do header name and scheme count in any letter case?",
    observed,
    meaning:
      "both should: names and schemes have no letter case (RFC 9110 §5.1, §11.1); a 401 here locks clients out, and opens nothing",
  };
}

async function observeTwoHeaders({
  ask,
  target,
  authorizations,
}: CheckContext): Promise<Observation> {
  const [first, second] = target.tenants;
  const [request] = first.own;
  const good = await authorizations.usual(first);
  const other = await authorizations.usual(second);
  const observed: string[] = [];
  for (const [name, one, two] of [
    ["the route's own token first", good, other],
    ["the route's own token last", other, good],
  ] as const) {
    const answer = await ask({
      ...request,
      headers: [
        ["Authorization", one],
        ["Authorization", two],
      ],
    });
    observed.push(`${name}: ${describeAnswer(answer)}`);
  }
  return {
    id: "two-headers",
    question: "Which of two Authorization headers counts?",
    observed,
    meaning:
      "the one with which the request is let in; a backend that reads the header itself may see the other",
  };
}
