import { describe, expect, test } from "vitest";
import {
  createCompactEncoding,
  createLiteralEncoding,
} from "../../../lambda/core/policy-encoding.ts";
import { uniteRoutes } from "../../../lambda/core/route-set.ts";
import { STAGE_ARN } from "../../support/events.ts";
import { globMatches } from "../../support/policy-oracle.ts";
import { tenantWithRoutes } from "../../support/records.ts";

const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};
const NONE = new Map<string, number>();

const denialsOf = (...texts: string[]): ReturnType<typeof uniteRoutes> =>
  uniteRoutes(
    tenantWithRoutes(["GET /x", ...texts]).routes.filter(
      ({ kind }) => kind === "denial",
    ),
  );

const denies = (denied: readonly string[], path: string): boolean =>
  denied.some((pattern) => globMatches(pattern, `${STAGE_ARN}/GET${path}`));

describe("the literal encoding", () => {
  test("spells a route out in full", () => {
    const routes = uniteRoutes(tenantWithRoutes(["GET,DELETE /acme/*"]).routes);
    expect(createLiteralEncoding(STAGE, NONE).encode(routes)).toEqual([
      `${STAGE_ARN}/GET/acme/*`,
      `${STAGE_ARN}/DELETE/acme/*`,
    ]);
  });

  test("copies the partition into every resource", () => {
    const { encode, denied } = createLiteralEncoding(
      { ...STAGE, partition: "aws-cn" },
      denialsOf("!* /acme/admin"),
    );
    const resources = [...encode(new Map([["/a", 1]])), ...denied];
    expect(
      resources.filter((resource) => !resource.startsWith("arn:aws-cn:")),
    ).toEqual([]);
  });
});

describe.each([
  { name: "literal", create: createLiteralEncoding },
  { name: "compact", create: createCompactEncoding },
])("the denials of the $name encoding", ({ create }) => {
  test.each([
    "/acme/.",
    "/acme/..",
    "/acme/./x",
    "/acme/../x",
    "/.",
    "/..",
    "/./",
    "/../",
    "/acme/..%00/x",
    "/acme/..%20",
    "/acme/%252e%252e/x",
    "/acme/x%255c",
    "/acme/x%00",
    "/acme/..;/x",
    "/acme/..;",
    "/acme//x",
    "//",
    "//acme",
    "/acme//",
    "/acme\\x",
    "\\",
    "/acme/%2e%2E/x",
    "/acme/%2e",
    "/%2E",
    "/acme%2fx",
    "/acme%2F",
    "/acme%5cx",
    "/acme%5C",
  ])("cover %s", (path) => {
    expect(denies(create(STAGE, NONE).denied, path)).toBe(true);
  });

  test.each([
    "/",
    "/acme",
    "/acme/",
    "/acme/.well-known/x",
    "/acme/..x",
    "/acme/x..",
    "/acme/x.",
    "/acme/.../x",
    "/acme/a.b",
    "/acme;x/y",
    "/acme/;x",
    "/acme/%61",
    "/acme/%20x",
    "/acme/%e2%82%ac",
    "/acme/%",
    "/acme/:x",
    "/acme/é",
    "/acme/*",
    "/acme/?",
  ])("do not cover %s", (path) => {
    expect(denies(create(STAGE, NONE).denied, path)).toBe(false);
  });

  test("cover the record's own, whatever stands for their stars", () => {
    const { denied } = create(STAGE, denialsOf("!* /acme/*/admin"));
    expect(denies(denied, "/acme/x/admin")).toBe(true);
    expect(denies(denied, "/acme/x/y/admin")).toBe(true);
    expect(denies(denied, "/acme/admin")).toBe(false);
  });

  test.each([
    "/acme/admin/",
    "/acme/admin;x",
    "/acme/;/admin",
    "/x%3Bx",
    "/acme/.%20/admin",
  ])(
    "cover %s where the record denies /acme/admin, because some read it so",
    (path) => {
      const { denied } = create(STAGE, denialsOf("!* /acme/admin"));
      expect(denies(denied, path)).toBe(true);
      expect(denies(create(STAGE, NONE).denied, path)).toBe(false);
    },
  );

  test("cover each way to encode a character of the record's own", () => {
    const { denied } = create(STAGE, denialsOf("!GET /Zap-1/*"));
    for (const code of [
      "%5a",
      "%5A",
      "%61",
      "%70",
      "%2d",
      "%2D",
      "%31",
      "%6f",
      "%6F",
    ]) {
      expect([code, denies(denied, `/x/${code}`)]).toEqual([code, true]);
    }
    for (const code of ["%7e", "%32", "%41", "%20", "%71"]) {
      expect([code, denies(denied, `/x/${code}`)]).toEqual([code, false]);
    }
  });
});

describe("the record's own denials are spelled without waste", () => {
  const added = (...texts: string[]): readonly string[] => {
    const without = createLiteralEncoding(STAGE, NONE).denied;
    const { denied } = createLiteralEncoding(STAGE, denialsOf(...texts));
    expect(denied.slice(0, without.length)).toEqual(without);
    return denied.slice(without.length);
  };
  const anywhere = (spelling: string): string =>
    `arn:aws:execute-api:*:*:*${spelling}`;
  const always = ["%3B*", "%3b*", "/.%*", ";*"].map(anywhere);

  test("the root and a subtree have one spelling, a path has a second with a slash", () => {
    expect(added("!GET /", "!GET /*", "!GET /-")).toEqual([
      ...["%2D*", "%2d*"].map(anywhere),
      ...always,
      ...["/", "/*", "/-", "/-/"].map((path) => `${STAGE_ARN}/GET${path}`),
    ]);
  });

  test("a star and a slash are no characters of the path: their codes are not theirs to deny", () => {
    expect(added("!GET /*")).toEqual([...always, `${STAGE_ARN}/GET/*`]);
  });
});

describe("the compact encoding", () => {
  const { encode, denied } = createCompactEncoding(STAGE, NONE);
  const [resource = ""] = encode(new Map([["/acme/*", 1]]));

  test("leaves region and account open and nothing else", () => {
    expect(resource).toBe("arn:aws:execute-api:*:*:abcdef1234/prod/GET/acme/*");
  });

  test.each([
    "/globex/x:y:abcdef1234/prod/GET/acme/z",
    "/globex:abcdef1234/prod/GET/acme/z",
    "/:abcdef1234/prod/GET/acme/",
    "/globex/:abcdef1234/other/x",
  ])("refuses a path that could pass for the end of an ARN: %s", (path) => {
    expect(denies(denied, path)).toBe(true);
  });

  test("does not refuse a path with a colon for it", () => {
    expect(denies(denied, "/acme/a:b:c")).toBe(false);
    expect(denies(denied, "/acme/:abcdef123/x")).toBe(false);
    expect(denies(denied, "/acme/abcdef1234/x")).toBe(false);
  });

  test("does not match another API's stage through a path that names ours", () => {
    const arn =
      "arn:aws:execute-api:eu-central-1:123456789012:other/prod/GET/x:abcdef1234/prod/GET/acme/z";
    expect(globMatches(resource, arn)).toBe(true);
    expect(denied.some((pattern) => globMatches(pattern, arn))).toBe(true);
  });
});
