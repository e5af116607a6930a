/** The ways that are hard to bring about with a real run; the others are in decisions.test.ts. */
import { describe, expect, test } from "vitest";
import { buildTravel } from "../../../local/console/requests/build-travel.ts";
import type { DecisionLine } from "../../../local/console/requests/decision-line.ts";
import { describeResult } from "../../../local/console/requests/describe-result.ts";
import type { Journey } from "../../../local/console/requests/journey.ts";
import type { AccessLogEntry } from "../../../local/gateway/access-log.ts";

const POLICY = {
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow" }] },
  verdict: "allow",
  statement: 0,
  unmetStatement: undefined,
} as const;

const ENTRY: AccessLogEntry = {
  requestId: "request",
  apiId: "api",
  stage: "prod",
  method: "GET",
  path: "/acme/orders",
  status: 200,
  durationMs: 30,
  cache: "miss",
  decision: "allow",
  reason: undefined,
  detail: undefined,
  tenantId: "acme",
  authorizer: { durationMs: 12, coldStart: false, requestId: "lambda" },
  policy: POLICY,
  integrationMs: 15,
  rendered: undefined,
};

const DECISION: DecisionLine = {
  outcome: "allow",
  reason: undefined,
  tenantId: "acme",
  attributes: [],
  stepsMs: { token: 0.1, signature: 4, claims: 0.2, record: 5, policy: 0.3 },
  keySetAgeSeconds: 9,
  recordAgeSeconds: 1,
  line: {},
};

const journey = (
  entry: Partial<AccessLogEntry> = {},
  decision: Partial<DecisionLine> = {},
): Journey => ({
  entry: { ...ENTRY, ...entry },
  decision: { ...DECISION, ...decision },
  kept: undefined,
  nowMs: 0,
});

const withoutDecision = (entry: Partial<AccessLogEntry>): Journey => ({
  ...journey(entry),
  decision: undefined,
});

/** As one line, the first letter of each state: `passed`, `failed`, `kept`, `skipped`, `not_reached`, `unknown`. */
const statesOf = (way: Journey): string =>
  buildTravel(way)
    .map(({ state }) => state.charAt(0))
    .join("");

const REFUSED = {
  status: 401,
  decision: "unauthenticated",
  reason: "token_refused",
  policy: undefined,
  integrationMs: undefined,
} as const;

const OUT_OF_ORDER = {
  status: 503,
  decision: "error",
  policy: undefined,
  integrationMs: undefined,
} as const;

describe("the way of a request", () => {
  test.each([
    { name: "that is let in", way: journey(), expected: "ppppppp" },
    {
      name: "whose backend fails ends there",
      way: journey({ status: 502, reason: "integration_failure" }),
      expected: "ppppppf",
    },
    {
      name: "to a broken backend, from the cache, skips the authorizer",
      way: withoutDecision({
        cache: "hit",
        authorizer: undefined,
        status: 504,
        reason: "integration_timeout",
      }),
      expected: "ssssspf",
    },
    {
      name: "that nothing is granted to ends at the rules",
      way: journey(
        { status: 403, decision: "deny", reason: "route_not_granted" },
        { outcome: "forbid", reason: "route_not_granted" },
      ),
      expected: "ppppfkn",
    },
    {
      name: "whose authorizer took too long is untold",
      way: withoutDecision({
        ...OUT_OF_ORDER,
        reason: "authorizer_failure",
        authorizer: undefined,
      }),
      expected: "uuuuufn",
    },
    {
      name: "whose authorizer died is untold",
      way: withoutDecision({ ...OUT_OF_ORDER, reason: "authorizer_failure" }),
      expected: "uuuuufn",
    },
    {
      name: "whose authorizer answers with no policy ends at the gateway",
      way: journey({
        ...OUT_OF_ORDER,
        reason: "authorizer_configuration_error",
      }),
      expected: "pppppfn",
    },
    {
      name: "that is refused with a log line that never came is untold",
      way: withoutDecision(REFUSED),
      expected: "uuuuunn",
    },
    {
      name: "that meets a fault ends at the last step that was reached",
      way: journey(
        { ...OUT_OF_ORDER, reason: "authorizer_failure" },
        {
          outcome: "could_not_tell",
          reason: "internal_error",
          stepsMs: { token: 1, signature: 1 },
        },
      ),
      expected: "pfnnnnn",
    },
    {
      name: "with a code that is in no table ends at the last step that was reached",
      way: journey(REFUSED, {
        outcome: "unauthenticated",
        reason: "brand_new_reason",
        stepsMs: { token: 1, signature: 1, claims: 1 },
      }),
      expected: "ppfnnnn",
    },
    {
      name: "that is too long for an authorizer ends before it",
      way: withoutDecision({
        status: 414,
        cache: "none",
        decision: "error",
        reason: "method_arn_too_long",
        authorizer: undefined,
        policy: undefined,
        integrationMs: undefined,
      }),
      expected: "fnnnnnn",
    },
  ])("$name", ({ way, expected }) => {
    expect(statesOf(way)).toBe(expected);
  });
});

describe("the times", () => {
  test("are the authorizer's own, and what is left is the gateway's", () => {
    expect(buildTravel(journey()).map(({ durationMs }) => durationMs)).toEqual([
      0.1, 4, 0.2, 5, 0.3, 3, 15,
    ]);
  });

  test("are missing where the log line has none", () => {
    const way = journey({}, { stepsMs: {} });
    expect(buildTravel(way).map(({ durationMs }) => durationMs)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      3,
      15,
    ]);
  });
});

test("a grant that has ended while it was kept is told from one that never was", () => {
  const input = { token: "handle", method: "GET", path: "/acme/orders" };
  const response = {
    status: 403,
    headers: [],
    body: "",
    isBodyCut: false,
    durationMs: 1,
  };
  const { verdict, travel } = describeResult(
    input,
    response,
    withoutDecision({
      cache: "hit",
      status: 403,
      decision: "deny",
      reason: "route_not_granted",
      authorizer: undefined,
      policy: {
        ...POLICY,
        verdict: "implicit_deny",
        statement: undefined,
        unmetStatement: 0,
      },
    }),
    "arn:stage",
  );
  expect(verdict.meaning).toMatch(/its grant has ended/);
  expect(travel.find(({ name }) => name === "gateway")).toMatchObject({
    state: "failed",
    note: expect.stringMatching(/covers it, but its time is over/) as string,
  });
});

test("a backend's own refusal is told from ours", () => {
  const input = { token: "handle", method: "GET", path: "/acme/orders" };
  const response = {
    status: 403,
    headers: [],
    body: "",
    isBodyCut: false,
    durationMs: 1,
  };
  const way = journey({ status: 403 });
  expect(describeResult(input, response, way, "arn:stage").verdict).toEqual({
    kind: "allow",
    code: "backend_answered",
    meaning: "the token opens this route",
    advice: "The request was let in: 403 is the backend’s own answer.",
    attributes: [],
  });
  expect(statesOf(way)).toBe("ppppppp");
});
