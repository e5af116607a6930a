import { describe, expect, test } from "vitest";
import { CouldNotTellError } from "../../../lambda/core/could-not-tell.ts";
import {
  MAX_POLICY_BYTES,
  MAX_RESOURCE_LENGTH,
  type PolicyDocument,
  type StagePolicy,
  buildDenyPolicy,
  compilePolicy,
  compileRoutes,
  fitsBudget,
} from "../../../lambda/core/policy.ts";
import { METHODS } from "../../../lambda/core/routes.ts";
import { STAGE_ARN, methodArn } from "../../support/events.ts";
import { evaluatePolicy } from "../../support/policy-oracle.ts";
import { tenantWithRoutes } from "../../support/records.ts";
import { NOW } from "../../support/tokens.ts";

const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};
const NO_SCOPES: ReadonlySet<string> = new Set();

const compile = (...routes: string[]): StagePolicy =>
  compileRoutes(tenantWithRoutes(routes).routes, STAGE);

const allowed = (policy: PolicyDocument | undefined): readonly string[] =>
  policy?.Statement.find(({ Effect }) => Effect === "Allow")?.Resource ?? [];

const verdict = (policy: unknown, method: string, path: string): string =>
  evaluatePolicy(policy, { arn: methodArn(method, path), at: NOW });

describe("the document", () => {
  test("is one Allow for the routes and one Deny for hostile paths", () => {
    expect(compile("GET /acme/orders").build(NO_SCOPES, NOW + 60)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "execute-api:Invoke",
          Resource: [`${STAGE_ARN}/GET/acme/orders`],
          Condition: {
            DateLessThan: { "aws:CurrentTime": "2027-01-15T08:01:00Z" },
          },
        },
        {
          Effect: "Deny",
          Action: "execute-api:Invoke",
          Resource: expect.any(Array) as unknown,
        },
      ],
    });
  });

  test("has no Condition at all when none is asked for", () => {
    const [allow] =
      compile("GET /a").build(NO_SCOPES, undefined)?.Statement ?? [];
    expect(Object.keys(allow ?? {})).toEqual(["Effect", "Action", "Resource"]);
  });

  test("ends with the whole second before a fraction", () => {
    const policy = compile("GET /acme/orders").build(NO_SCOPES, NOW + 0.999);
    expect(JSON.stringify(policy)).toContain(
      '"aws:CurrentTime":"2027-01-15T08:00:00Z"',
    );
  });

  test("grants a path and not its subtree, a subtree and not its root", () => {
    const path = compile("GET /acme").build(NO_SCOPES, undefined);
    expect(verdict(path, "GET", "/acme")).toBe("allow");
    for (const other of [
      "/acme/",
      "/acme/x",
      "/acmex",
      "/acme-evil",
      "/ACME",
      "/",
      "/x/acme",
    ]) {
      expect([other, verdict(path, "GET", other)]).toEqual([
        other,
        "implicit_deny",
      ]);
    }
    const subtree = compile("GET /acme/*").build(NO_SCOPES, undefined);
    for (const own of ["/acme/", "/acme/x", "/acme/x/y"]) {
      expect([own, verdict(subtree, "GET", own)]).toEqual([own, "allow"]);
    }
    for (const other of ["/acme", "/acme-evil/x", "/globex/acme/x", "/"]) {
      expect([other, verdict(subtree, "GET", other)]).toEqual([
        other,
        "implicit_deny",
      ]);
    }
  });

  test("grants the root as a path of its own", () => {
    const policy = compile("GET /").build(NO_SCOPES, undefined);
    expect(verdict(policy, "GET", "/")).toBe("allow");
    expect(verdict(policy, "GET", "/x")).toBe("implicit_deny");
  });

  test("grants every method for a star and no other method for a list", () => {
    const every = compile("* /a").build(NO_SCOPES, undefined);
    expect(METHODS.map((method) => verdict(every, method, "/a"))).toEqual(
      METHODS.map(() => "allow"),
    );
    const two = compile("GET,POST /a").build(NO_SCOPES, undefined);
    expect(
      METHODS.filter((method) => verdict(two, method, "/a") === "allow"),
    ).toEqual(["GET", "POST"]);
  });

  test("lets a denial win over every grant, for its methods", () => {
    const policy = compile("* /acme/*", "!DELETE,PUT /acme/orders/*").build(
      NO_SCOPES,
      undefined,
    );
    expect(verdict(policy, "DELETE", "/acme/orders/1")).toBe("explicit_deny");
    expect(verdict(policy, "PUT", "/acme/orders/1")).toBe("explicit_deny");
    expect(verdict(policy, "GET", "/acme/orders/1")).toBe("allow");
    expect(verdict(policy, "DELETE", "/acme/users/1")).toBe("allow");
  });

  test("is absent when there are denials alone", () => {
    expect(compile("!GET /a").build(NO_SCOPES, undefined)).toBeUndefined();
  });

  test("names each resource once", () => {
    const resources = allowed(
      compile("* /acme/*", "GET /acme/x", "POST,GET /acme/*").build(
        NO_SCOPES,
        undefined,
      ),
    );
    expect(new Set(resources).size).toBe(resources.length);
    expect(resources).toHaveLength(5);
  });
});

describe("scopes", () => {
  const policy = compile(
    "GET /a",
    "GET /b read:b",
    "PUT /b write:b read:b",
    "GET /c/* admin",
    "GET /c/d read:b",
  );
  const paths = (...scopes: string[]): readonly string[] =>
    allowed(policy.build(new Set(scopes), undefined)).map((resource) =>
      resource.slice(STAGE_ARN.length + 1),
    );

  test("are needed, all of them", () => {
    expect(paths()).toEqual(["GET/a"]);
    expect(paths("write:b")).toEqual(["GET/a"]);
    expect(paths("read:b")).toEqual(["GET/a", "GET/b", "GET/c/d"]);
    expect(paths("read:b", "write:b")).toEqual(["GET/a", "???/b", "GET/c/d"]);
  });

  test("swallow what they cover only when they are held", () => {
    expect(paths("admin")).toEqual(["GET/a", "GET/c/*"]);
    expect(paths("admin", "read:b")).toEqual(["GET/a", "GET/b", "GET/c/*"]);
  });

  test("are not granted by a token's scopes that the record does not know", () => {
    expect(paths("read:bb", "openid", "")).toEqual(["GET/a"]);
  });

  test("do not stick to the record from one token to the next", () => {
    paths("admin", "read:b", "write:b");
    expect(paths()).toEqual(["GET/a"]);
  });

  test("stay right beyond the combinations that are kept", () => {
    const names = Array.from({ length: 80 }, (_, index) => `scope-${index}`);
    const many = compile(
      "GET /a",
      ...names.map((name) => `GET /${name} ${name}`),
    );
    for (let round = 0; round < 2; round += 1) {
      for (const name of names) {
        expect(allowed(many.build(new Set([name]), undefined))).toEqual([
          `${STAGE_ARN}/GET/a`,
          `${STAGE_ARN}/GET/${name}`,
        ]);
      }
    }
  });

  test("are the same in whatever order a route names them, and their routes stand together", () => {
    const policy = compile("GET /a x y", "GET /b z", "GET /c y x");
    expect(allowed(policy.build(new Set(["x", "y", "z"]), undefined))).toEqual(
      ["/a", "/c", "/b"].map((path) => `${STAGE_ARN}/GET${path}`),
    );
  });

  test("are not mistaken for one another when their names run together", () => {
    const alike = compile("GET /ab a b", "GET /a a", "GET /b b", "GET /c ab");
    const opened = (...scopes: string[]): readonly string[] =>
      allowed(alike.build(new Set(scopes), undefined)).map((resource) =>
        resource.slice(`${STAGE_ARN}/GET`.length),
      );
    for (let round = 0; round < 2; round += 1) {
      expect(opened("a", "b")).toEqual(["/ab", "/a", "/b"]);
      expect(opened("ab")).toEqual(["/c"]);
    }
  });

  test("and a name that two others make up is no key to what was kept for them", () => {
    const kept = compile("GET /both a b", "GET /one ab");
    kept.build(new Set(["a", "b"]), undefined);
    expect(allowed(kept.build(new Set(["ab"]), undefined))).toEqual([
      `${STAGE_ARN}/GET/one`,
    ]);
    const apart = compile("GET /a a", "GET /b b", "GET /c ab");
    apart.build(new Set(["a", "b"]), undefined);
    expect(allowed(apart.build(new Set(["ab"]), undefined))).toEqual([
      `${STAGE_ARN}/GET/c`,
    ]);
  });

  test("are compiled once for each of the first 8 combinations, and kept for no more", () => {
    const names = Array.from({ length: 9 }, (_, index) => `scope-${index}`);
    const many = compile(
      "GET /a",
      ...names.map((name) => `GET /${name} ${name}`),
    );
    const resources = (...scopes: string[]): readonly string[] =>
      allowed(many.build(new Set(scopes), undefined));
    // Needs no place: what is open without a scope is compiled with the record. A claim of no scope reads as "".
    expect(resources("")).toBe(resources());
    const first = names.map((name) => resources(name));
    const isKept = names.map((name, index) => resources(name) === first[index]);
    expect(isKept).toEqual(names.map((_, index) => index < 8));
  });

  test("make a policy absent when the token holds none of those that every route asks for", () => {
    expect(
      compile("GET /a read:a").build(NO_SCOPES, undefined),
    ).toBeUndefined();
  });
});

describe("the budget", () => {
  /** Routes that make a document of exactly this many bytes, by the encoding that this many call for. */
  function routesOfBytes(count: number, bytes: number): string[] {
    const routes = Array.from(
      { length: count },
      (_, index) => `GET /acme/resource-${index}`,
    );
    const missing = bytes - compile(...routes).bytes;
    if (missing < 0 || missing > 300) throw new Error(`off by ${missing}`);
    return [...routes.slice(1), `GET /acme/resource-0${"x".repeat(missing)}`];
  }

  const isCompact = (policy: StagePolicy): boolean =>
    allowed(policy.build(NO_SCOPES, undefined)).every((resource) =>
      resource.includes(":*:*:"),
    );

  test("spells region and account out up to 8,000 bytes", () => {
    const policy = compile(...routesOfBytes(85, MAX_POLICY_BYTES));
    expect(policy.bytes).toBe(8_000);
    expect(
      Buffer.byteLength(JSON.stringify(policy.build(NO_SCOPES, NOW))),
    ).toBe(8_000);
    expect(isCompact(policy)).toBe(false);
  });

  test("leaves them open from 8,001 bytes on", () => {
    const [route = "", ...routes] = routesOfBytes(85, MAX_POLICY_BYTES);
    const policy = compile(`${route}x`, ...routes);
    expect(isCompact(policy)).toBe(true);
    expect(policy.bytes).toBeLessThan(8_000);
    expect(fitsBudget(policy)).toBe(true);
  });

  test("is kept by 8,000 bytes and broken by 8,001, which is could not tell and never cut short", () => {
    const routes = routesOfBytes(112, MAX_POLICY_BYTES);
    expect(compilePolicy(tenantWithRoutes(routes), STAGE).bytes).toBe(8_000);
    const [route = "", ...others] = routes;
    const tooLarge = tenantWithRoutes([`${route}x`, ...others]);
    const compiling = (): unknown => compilePolicy(tooLarge, STAGE);
    expect(compiling).toThrow(
      new CouldNotTellError("record_broken", { attributes: ["routes"] }),
    );
  });

  test("is kept by a resource of 512 characters and broken by one of 513, region and account left open", () => {
    const prefix = "arn:aws:execute-api:*:*:abcdef1234/prod/OPTIONS";
    const route = `OPTIONS ${"/".padEnd(MAX_RESOURCE_LENGTH - prefix.length, "x")}`;
    expect(
      compilePolicy(tenantWithRoutes([route]), STAGE).longestResource,
    ).toBe(512);
    expect(() => compilePolicy(tenantWithRoutes([`${route}x`]), STAGE)).toThrow(
      "record_broken",
    );
  });

  test("leaves region and account open only for a resource that would be over 512 characters otherwise", () => {
    const prefix = `${STAGE_ARN}/OPTIONS`;
    const route = `OPTIONS ${"/".padEnd(MAX_RESOURCE_LENGTH - prefix.length, "x")}`;
    const resources = (text: string) =>
      compilePolicy(tenantWithRoutes([text]), STAGE).build(new Set(), undefined)
        ?.Statement[0]?.Resource;
    expect(resources(route)?.[0]).toContain(":eu-central-1:123456789012:");
    expect(resources(`${route}x`)?.[0]).toContain(":*:*:");
  });

  test("counts the longest resource of a denial too", () => {
    const denial = `!GET /${"x".repeat(500)}`;
    expect(() =>
      compilePolicy(tenantWithRoutes(["GET /a", denial]), STAGE),
    ).toThrow("record_broken");
  });

  test("counts the routes of scopes that a token may not hold", () => {
    const routes = routesOfBytes(112, MAX_POLICY_BYTES);
    const tooMany = tenantWithRoutes([...routes, "GET /b admin"]);
    expect(() => compilePolicy(tooMany, STAGE)).toThrow("record_broken");
  });

  test("has room for 60 routes of one method", () => {
    const routes = Array.from(
      { length: 60 },
      (_, index) => `GET /{tenantId}/v1/collection-${index}/items`,
    );
    expect(fitsBudget(compile(...routes))).toBe(true);
  });

  test("has room for 20 routes of all methods", () => {
    const routes = Array.from(
      { length: 20 },
      (_, index) => `* /{tenantId}/collection-${index}/*`,
    );
    expect(fitsBudget(compile(...routes))).toBe(true);
  });
});

describe("compilePolicy", () => {
  test("keeps a record's policy for each stage apart", () => {
    const tenant = tenantWithRoutes(["GET /a"]);
    const prod = compilePolicy(tenant, STAGE);
    const test = compilePolicy(tenant, { ...STAGE, stage: "test" });
    expect(compilePolicy(tenant, { ...STAGE })).toBe(prod);
    expect(allowed(prod.build(NO_SCOPES, undefined))).toEqual([
      `${STAGE_ARN}/GET/a`,
    ]);
    expect(allowed(test.build(NO_SCOPES, undefined))).toEqual([
      `${STAGE_ARN.replace("prod", "test")}/GET/a`,
    ]);
  });
});

describe("the policy of a forbid", () => {
  test("denies the whole stage and nothing beyond it", () => {
    expect(buildDenyPolicy(STAGE)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Action: "execute-api:Invoke",
          Resource: [`${STAGE_ARN}/*`],
        },
      ],
    });
    expect(verdict(buildDenyPolicy(STAGE), "GET", "/")).toBe("explicit_deny");
    expect(verdict(buildDenyPolicy(STAGE), "OPTIONS", "/a/b")).toBe(
      "explicit_deny",
    );
  });
});
