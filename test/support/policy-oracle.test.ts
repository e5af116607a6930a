/** The judge is judged first, by cases that a reader can check by eye. */
import { describe, expect, test } from "vitest";
import { evaluatePolicy, globMatches } from "./policy-oracle.ts";

const ARN =
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/a";
const allow = {
  Effect: "Allow",
  Action: "execute-api:Invoke",
  Resource: [ARN],
};
const deny = { ...allow, Effect: "Deny" };
const policy = (...Statement: unknown[]): unknown => ({
  Version: "2012-10-17",
  Statement,
});
const until = (time: string): unknown => ({
  DateLessThan: { "aws:CurrentTime": time },
});
const verdict = (document: unknown, at = 0): string =>
  evaluatePolicy(document, { arn: ARN, at });

describe("globMatches", () => {
  test.each([
    ["", ""],
    ["a", "a"],
    ["*", ""],
    ["*", "a/b:c"],
    ["a*", "a"],
    ["*a", "a"],
    ["a*c", "ac"],
    ["a*c", "abc"],
    ["a*b*c", "axbxbxc"],
    ["*ab*ab", "abab"],
    ["a?c", "a/c"],
    ["???", "GET"],
    ["*?", "a"],
    ["*?*", "ab"],
    ["a**c", "abc"],
    ["*.*", "."],
    ["a*bc*bc", "abcbc"],
    ["*a?b*", "xaxb"],
  ])("says that %j matches %j", (pattern, text) => {
    expect(globMatches(pattern, text)).toBe(true);
  });

  test.each([
    ["", "a"],
    ["a", ""],
    ["a", "A"],
    ["a", "ab"],
    ["a", "ba"],
    ["a*", "ba"],
    ["*a", "ab"],
    ["a?c", "ac"],
    ["?", ""],
    ["a*a", "a"],
    ["ab*ba", "aba"],
    ["*ab*ab", "abb"],
    ["a*b*c", "acb"],
    [".", "x"],
    ["[a]", "a"],
    ["a+", "aa"],
    ["\\*", "x"],
    ["a*bc*bc", "abc"],
    ["*?", ""],
    ["????", "GET"],
  ])("says that %j does not match %j", (pattern, text) => {
    expect(globMatches(pattern, text)).toBe(false);
  });
});

describe("evaluatePolicy", () => {
  test("denies what no statement speaks of", () => {
    expect(verdict(policy({ ...allow, Resource: [`${ARN}b`] }))).toBe(
      "implicit_deny",
    );
  });

  test("lets a Deny win over an Allow, whichever comes first", () => {
    expect(verdict(policy(allow))).toBe("allow");
    expect(verdict(policy(allow, deny))).toBe("explicit_deny");
    expect(verdict(policy(deny, allow))).toBe("explicit_deny");
  });

  test("leaves a statement out from the second that its condition names", () => {
    const document = policy({
      ...allow,
      Condition: until("1970-01-01T00:01:00Z"),
    });
    expect(verdict(document, 59.9)).toBe("allow");
    expect(verdict(document, 60)).toBe("implicit_deny");
  });

  test.each([
    { name: "no policy", document: undefined },
    { name: "a list", document: [] },
    {
      name: "an older version",
      document: { Version: "2008-10-17", Statement: [allow] },
    },
    { name: "no version", document: { Statement: [allow] } },
    {
      name: "another member",
      document: { Version: "2012-10-17", Statement: [allow], Id: "x" },
    },
    { name: "no statement", document: policy() },
    { name: "another effect", document: policy({ ...allow, Effect: "allow" }) },
    { name: "another action", document: policy({ ...allow, Action: "*" }) },
    { name: "a principal", document: policy({ ...allow, Principal: "*" }) },
    {
      name: "NotResource",
      document: policy({
        Effect: "Deny",
        Action: "execute-api:Invoke",
        NotResource: [ARN],
      }),
    },
    {
      name: "an empty list of resources",
      document: policy({ ...allow, Resource: [] }),
    },
    {
      name: "a resource that is a star",
      document: policy({ ...allow, Resource: ["*"] }),
    },
    {
      name: "a policy variable",
      document: policy({ ...allow, Resource: [`${ARN}/\${aws:username}`] }),
    },
    {
      name: "a condition of null",
      document: policy({ ...allow, Condition: null }),
    },
    {
      name: "a condition that is undefined",
      document: policy({ ...allow, Condition: undefined }),
    },
    {
      name: "an empty condition",
      document: policy({ ...allow, Condition: {} }),
    },
    {
      name: "another operator",
      document: policy({
        ...allow,
        Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
      }),
    },
    {
      name: "another key",
      document: policy({
        ...allow,
        Condition: {
          DateLessThan: { "aws:TokenIssueTime": "2027-01-15T08:00:00Z" },
        },
      }),
    },
    {
      name: "a date with a fraction",
      document: policy({
        ...allow,
        Condition: until("2027-01-15T08:00:00.000Z"),
      }),
    },
    {
      name: "a date of a far year",
      document: policy({
        ...allow,
        Condition: until("+275760-09-13T00:00:00Z"),
      }),
    },
    {
      name: "a date that is none",
      document: policy({ ...allow, Condition: until("2027-13-15T08:00:00Z") }),
    },
  ])("throws at what it does not know: $name", ({ document }) => {
    expect(() => verdict(document)).toThrow();
  });
});
