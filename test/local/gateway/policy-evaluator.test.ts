import { describe, expect, test } from "vitest";
import { parsePolicyDocument } from "../../../local/gateway/policy-document.ts";
import {
  evaluatePolicy,
  judgeByPolicy,
} from "../../../local/gateway/policy-evaluator.ts";
import { policy, STAGE_ARN, statement } from "./support.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

const verdict = (
  document: unknown,
  path = "GET/acme/orders",
  facts = { nowMs: NOW_MS, sourceIp: "203.0.113.7" },
): string =>
  evaluatePolicy(parsePolicyDocument(document), `${STAGE_ARN}/${path}`, facts);

const conditional = (Condition: unknown, effect: "Allow" | "Deny" = "Allow") =>
  policy({ ...statement(effect, "GET/acme/*"), Condition });

describe("the statement that decides", () => {
  const grant = statement("Allow", "GET/acme/*");
  const denial = statement("Deny", "*/drafts/*");
  const over = {
    ...grant,
    Condition: { DateLessThan: { "aws:CurrentTime": "2026-03-01T11:00:00Z" } },
  };
  const judge = (statements: readonly object[], path: string) =>
    judgeByPolicy(
      parsePolicyDocument(policy(...statements)),
      `${STAGE_ARN}/${path}`,
      { nowMs: NOW_MS, sourceIp: "203.0.113.7" },
    );

  test.each([
    {
      name: "is the grant that covers the request",
      statements: [denial, grant],
      path: "GET/acme/orders",
      expected: { verdict: "allow", statement: 1, unmetStatement: undefined },
    },
    {
      name: "is the denial, where a grant covers the request too",
      statements: [grant, denial],
      path: "GET/acme/drafts/1",
      expected: {
        verdict: "explicit_deny",
        statement: 1,
        unmetStatement: undefined,
      },
    },
    {
      name: "is none, where none covers the request",
      statements: [grant, denial],
      path: "GET/globex/orders",
      expected: {
        verdict: "implicit_deny",
        statement: undefined,
        unmetStatement: undefined,
      },
    },
    {
      name: "is none, and the grant is named whose condition does not hold",
      statements: [denial, over],
      path: "GET/acme/orders",
      expected: {
        verdict: "implicit_deny",
        statement: undefined,
        unmetStatement: 1,
      },
    },
  ])("$name", ({ statements, path, expected }) => {
    expect(judge(statements, path)).toEqual(expected);
  });
});

describe("verdicts", () => {
  test.each([
    {
      name: "allows what an Allow statement covers",
      document: policy(statement("Allow", "GET/acme/*")),
      expected: "allow",
    },
    {
      name: "denies what no statement covers",
      document: policy(statement("Allow", "GET/globex/*")),
      expected: "implicit_deny",
    },
    {
      name: "lets an explicit deny beat an allow that stands after it",
      document: policy(
        statement("Deny", "*/orders"),
        statement("Allow", "GET/acme/*"),
      ),
      expected: "explicit_deny",
    },
    {
      name: "lets an explicit deny beat an allow that stands before it",
      document: policy(
        statement("Allow", "GET/acme/*"),
        statement("Deny", "*/orders"),
      ),
      expected: "explicit_deny",
    },
    {
      name: "takes one statement without a list",
      document: {
        Version: "2012-10-17",
        Statement: statement("Allow", "GET/acme/*"),
      },
      expected: "allow",
    },
    {
      name: "takes one resource without a list",
      document: policy({
        Effect: "Allow",
        Action: "execute-api:Invoke",
        Resource: `${STAGE_ARN}/GET/acme/orders`,
      }),
      expected: "allow",
    },
    {
      name: "takes `*` as the resource",
      document: policy({ Effect: "Allow", Action: "*", Resource: "*" }),
      expected: "allow",
    },
    {
      name: "matches action names in any letter case",
      document: policy({
        ...statement("Allow", "GET/acme/*"),
        Action: "Execute-API:invoke",
      }),
      expected: "allow",
    },
    {
      name: "passes over a statement for another action",
      document: policy({
        ...statement("Allow", "GET/acme/*"),
        Action: ["s3:GetObject", "execute-api:ManageConnections"],
      }),
      expected: "implicit_deny",
    },
    {
      name: "matches paths with their letter case",
      document: policy(statement("Allow", "GET/ACME/*")),
      expected: "implicit_deny",
    },
    {
      name: "anchors the resource at its end",
      document: policy(statement("Allow", "GET/acme")),
      expected: "implicit_deny",
    },
    {
      name: "anchors the resource at its beginning",
      document: policy({
        ...statement("Allow"),
        Resource: `arn:aws:execute-api:eu-central-1:123456789012:x/prod/GET/acme/orders`,
      }),
      expected: "implicit_deny",
    },
  ])("$name", ({ document, expected }) => {
    expect(verdict(document)).toBe(expected);
  });

  test("lets `*` cross slashes, so a star for the verb reaches into paths", () => {
    const document = policy(statement("Allow", "*/acme/*"));
    expect(verdict(document, "GET/globex/acme/x")).toBe("allow");
  });
});

describe("conditions", () => {
  test.each([
    ["DateLessThan", "aws:CurrentTime", "2026-03-01T12:00:01Z", true],
    ["DateLessThan", "aws:CurrentTime", "2026-03-01T12:00:00Z", false],
    ["DateLessThanEquals", "aws:CurrentTime", "2026-03-01T12:00:00Z", true],
    ["DateGreaterThan", "aws:CurrentTime", "2026-03-01T11:59:59Z", true],
    ["DateGreaterThan", "aws:CurrentTime", "2026-03-01T12:00:00Z", false],
    ["DateGreaterThanEquals", "aws:CurrentTime", "2026-03-01T12:00:00Z", true],
    ["DateEquals", "aws:CurrentTime", "2026-03-01T13:00:00+01:00", true],
    ["DateLessThan", "aws:CurrentTime", "2026-03-02", true],
    ["DateLessThan", "aws:CurrentTime", String(NOW_MS / 1000 + 1), true],
    ["DateLessThan", "aws:EpochTime", String(NOW_MS / 1000), false],
    ["NumericLessThan", "aws:EpochTime", NOW_MS / 1000 + 1, true],
    ["NumericLessThan", "AWS:epochtime", NOW_MS / 1000, false],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", true],
    ["IpAddress", "aws:SourceIp", "203.0.113.8", false],
    ["IpAddress", "aws:SourceIp", ["2001:db8::/32", "203.0.113.7"], true],
    ["NotIpAddress", "aws:SourceIp", "203.0.113.0/24", false],
    ["NotIpAddress", "aws:SourceIp", "198.51.100.0/24", true],
  ])("%s %s %j holds: %s", (operator, key, value, holds) => {
    expect(verdict(conditional({ [operator]: { [key]: value } }))).toBe(
      holds ? "allow" : "implicit_deny",
    );
  });

  test("takes any of several values", () => {
    const dates = ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"];
    expect(
      verdict(conditional({ DateLessThan: { "aws:CurrentTime": dates } })),
    ).toBe("allow");
  });

  test("asks for every operator and key of a block", () => {
    const holds = { "aws:CurrentTime": "2027-01-01T00:00:00Z" };
    const fails = { "aws:SourceIp": "198.51.100.1" };
    expect(
      verdict(conditional({ DateLessThan: holds, IpAddress: fails })),
    ).toBe("implicit_deny");
  });

  test("leaves a deny aside whose condition does not hold", () => {
    const document = {
      Version: "2012-10-17",
      Statement: [
        statement("Allow", "GET/acme/*"),
        {
          ...statement("Deny", "*"),
          Condition: { IpAddress: { "aws:SourceIp": "198.51.100.1" } },
        },
      ],
    };
    expect(verdict(document)).toBe("allow");
  });
});

describe("grammar", () => {
  const good = statement("Allow", "GET/acme/*");
  const withCondition = (Condition: unknown) => policy({ ...good, Condition });
  test.each<[name: string, document: unknown, problem: RegExp]>([
    ["a document that is text", "{}", /policyDocument is not an object/],
    ["no document", undefined, /policyDocument is not an object/],
    ["no Version", { Statement: [good] }, /no known Version/],
    [
      "an unknown Version",
      { Version: "2020-01-01", Statement: [good] },
      /no known Version/,
    ],
    [
      "an unknown element of the document",
      { ...policy(good), Extra: 1 },
      /element Extra/,
    ],
    ["no statements", policy(), /no statement/],
    ["no Statement", { Version: "2012-10-17" }, /statement is not an object/],
    ["a statement that is null", policy(null as never), /not an object/],
    ["an effect in lower case", policy({ ...good, Effect: "allow" }), /Effect/],
    ["a Principal", policy({ ...good, Principal: "*" }), /element Principal/],
    ["a NotAction", policy({ ...good, NotAction: "x:y" }), /NotAction/],
    ["a NotResource", policy({ ...good, NotResource: "*" }), /NotResource/],
    ["no Action", policy({ ...good, Action: undefined }), /Action is missing/],
    ["an empty Action list", policy({ ...good, Action: [] }), /empty list/],
    [
      "an Action without a service",
      policy({ ...good, Action: "Invoke" }),
      /service/,
    ],
    [
      "no Resource",
      policy({ ...good, Resource: undefined }),
      /Resource is missing/,
    ],
    ["an empty Resource list", policy({ ...good, Resource: [] }), /empty list/],
    [
      "a Resource that is no ARN",
      policy({ ...good, Resource: "GET/x" }),
      /no ARN/,
    ],
    [
      "a Resource of 513 characters",
      policy({ ...good, Resource: `arn:${"x".repeat(509)}` }),
      /longer than 512/,
    ],
    [
      "a policy variable",
      policy({ ...good, Resource: "arn:aws:execute-api:${aws:username}" }),
      /policy variable/,
    ],
    ["`Condition: null`", withCondition(null), /Condition is not an object/],
    [
      "an unknown operator",
      withCondition({
        DateLessThanIfExists: { "aws:CurrentTime": "2026-01-01" },
      }),
      /operator DateLessThanIfExists is not understood/,
    ],
    [
      "an unknown key",
      withCondition({ DateLessThan: { "aws:TokenIssueTime": "2026-01-01" } }),
      /key aws:TokenIssueTime/,
    ],
    [
      "a key that does not fit its operator",
      withCondition({ DateLessThan: { "aws:SourceIp": "2026-01-01" } }),
      /key aws:SourceIp/,
    ],
    [
      "a date that is none",
      withCondition({ DateLessThan: { "aws:CurrentTime": "tomorrow" } }),
      /no time/,
    ],
    [
      "a day that does not exist",
      withCondition({ DateLessThan: { "aws:CurrentTime": "2026-13-01" } }),
      /does not exist/,
    ],
    [
      "an empty list of values",
      withCondition({ DateLessThan: { "aws:CurrentTime": [] } }),
      /empty list/,
    ],
    [
      "a value that is an object",
      withCondition({ DateLessThan: { "aws:CurrentTime": {} } }),
      /not text/,
    ],
    [
      "an address that is none",
      withCondition({ IpAddress: { "aws:SourceIp": "203.0.113.0/33" } }),
      /no IP range/,
    ],
  ])("refuses %s", (_, document, problem) => {
    expect(() => parsePolicyDocument(document)).toThrow(problem);
  });

  test("takes a Resource of exactly 512 characters", () => {
    const resource = `arn:${"x".repeat(508)}`;
    expect(
      parsePolicyDocument(policy({ ...good, Resource: resource })),
    ).toHaveLength(1);
  });
});
