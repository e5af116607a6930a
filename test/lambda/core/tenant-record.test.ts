import { describe, expect, test } from "vitest";
import {
  RECORD_ATTRIBUTES,
  RESERVED_CONTEXT_KEYS,
  type RecordRules,
  parseTenantRecord,
} from "../../../lambda/core/tenant-record.ts";
import { RECORD_RULES, tenantItem } from "../../support/records.ts";
import { CLIENT_ID, ISSUER, type Overrides } from "../../support/tokens.ts";

const SEVERAL_ISSUERS: RecordRules = {
  ...RECORD_RULES,
  issuers: new Set([ISSUER, "https://login.acme.com/"]),
};

const parse = (overrides: Overrides = {}, rules = RECORD_RULES): unknown =>
  parseTenantRecord(tenantItem(overrides), CLIENT_ID, rules);

/** The attributes that are at fault, each as often as it has a problem. */
function faults(item: unknown, rules = RECORD_RULES): readonly string[] {
  const parsed = parseTenantRecord(item, CLIENT_ID, rules);
  return parsed.ok ? [] : parsed.problems.map(({ attribute }) => attribute);
}

describe("a record", () => {
  test("of the required attributes alone becomes a tenant without extras", () => {
    expect(parse()).toEqual({
      ok: true,
      tenant: {
        tenantId: "acme",
        status: "active",
        routes: [expect.objectContaining({ text: "* /acme/*" }) as unknown],
        require: [],
        issuer: undefined,
        tokensValidAfter: undefined,
        expiresAt: undefined,
        plan: undefined,
        usageKey: undefined,
        context: {},
      },
    });
  });

  test("of every attribute becomes a tenant with all of it, but for meta", () => {
    expect(
      parse({
        status: { S: "suspended" },
        routes: {
          L: [{ S: "GET /{tenantId}/a" }, { S: "!GET /{tenantId}/b" }],
        },
        require: {
          M: {
            org_id: { S: "org_acme" },
            gty: { SS: ["client-credentials", "password"] },
            "https://acme.com/level": { N: "3" },
            "https://acme.com/share": { N: "0.25" },
            "https://acme.com/beta": { BOOL: true },
            "https://acme.com/any": {
              L: [{ S: "x" }, { N: "-0.5" }, { BOOL: false }],
            },
          },
        },
        issuer: { S: ISSUER },
        tokensValidAfter: { N: "1700000000" },
        expiresAt: { N: "1900000000" },
        plan: { S: "gold" },
        usageKey: { S: "tenantkey0123456789abcdef" },
        context: {
          M: {
            region: { S: "eu" },
            seats: { N: "25" },
            beta: { BOOL: false },
            empty: { S: "" },
          },
        },
        meta: { M: { owner: { NULL: true }, list: { L: [] } } },
      }),
    ).toEqual({
      ok: true,
      tenant: {
        tenantId: "acme",
        status: "suspended",
        routes: [
          expect.objectContaining({ kind: "grant", path: "/acme/a" }),
          expect.objectContaining({ kind: "denial", path: "/acme/b" }),
        ],
        require: [
          { claim: "org_id", anyOf: ["org_acme"] },
          { claim: "gty", anyOf: ["client-credentials", "password"] },
          { claim: "https://acme.com/level", anyOf: [3] },
          { claim: "https://acme.com/share", anyOf: [0.25] },
          { claim: "https://acme.com/beta", anyOf: [true] },
          { claim: "https://acme.com/any", anyOf: ["x", -0.5, false] },
        ],
        issuer: ISSUER,
        tokensValidAfter: 1_700_000_000,
        expiresAt: 1_900_000_000,
        plan: "gold",
        usageKey: "tenantkey0123456789abcdef",
        context: { region: "eu", seats: 25, beta: false, empty: "" },
      },
    });
  });

  test("without routes has the deployment's, for its own id", () => {
    const rules = { ...RECORD_RULES, defaultRoutes: ["* /{tenantId}/*"] };
    expect(parse({ routes: undefined }, rules)).toMatchObject({
      ok: true,
      tenant: { routes: [{ path: "/acme/*" }] },
    });
  });

  test("with routes has its own alone, whatever the deployment's", () => {
    const rules = { ...RECORD_RULES, defaultRoutes: ["GET /shared"] };
    expect(parse({}, rules)).toMatchObject({
      tenant: { routes: [{ path: "/acme/*" }] },
    });
  });

  test("is keyed by the claim that names the tenant", () => {
    const rules = { ...RECORD_RULES, tenantClaim: "org_id" };
    expect(
      parseTenantRecord(
        tenantItem({ azp: undefined, org_id: { S: "org_acme" } }),
        "org_acme",
        rules,
      ),
    ).toMatchObject({ ok: true });
  });

  test("names its issuer when several are configured", () => {
    expect(parse({ issuer: { S: ISSUER } }, SEVERAL_ISSUERS)).toMatchObject({
      ok: true,
      tenant: { issuer: ISSUER },
    });
    expect(faults(tenantItem(), SEVERAL_ISSUERS)).toEqual(["issuer"]);
  });

  test("may stand at either end of time", () => {
    const times = {
      tokensValidAfter: { N: "0" },
      expiresAt: { N: "9999999999" },
    };
    expect(parse(times)).toMatchObject({
      tenant: { tokensValidAfter: 0, expiresAt: 9_999_999_999 },
    });
  });

  test("may have 1,000 routes", () => {
    const routes = {
      SS: Array.from({ length: 1_000 }, (_, index) => `GET /${index}`),
    };
    expect(parse({ routes })).toMatchObject({ ok: true });
  });
});

describe("a record that is broken", () => {
  test.each([
    { attribute: "azp", value: undefined },
    { attribute: "azp", value: { S: "another-client" } },
    { attribute: "azp", value: { N: "1" } },
    { attribute: "azp", value: CLIENT_ID },
    { attribute: "tenantId", value: undefined },
    { attribute: "tenantId", value: { S: "" } },
    { attribute: "tenantId", value: { S: "ac me" } },
    { attribute: "tenantId", value: { S: "*" } },
    { attribute: "tenantId", value: { S: "acme/globex" } },
    { attribute: "tenantId", value: { S: ".." } },
    { attribute: "tenantId", value: { S: "a".repeat(65) } },
    { attribute: "tenantId", value: { N: "1" } },
    { attribute: "tenantId", value: "acme" },
    { attribute: "status", value: undefined },
    { attribute: "status", value: { S: "Active" } },
    { attribute: "status", value: { S: "active " } },
    { attribute: "status", value: { S: "" } },
    { attribute: "status", value: { S: "enabled" } },
    { attribute: "status", value: { BOOL: true } },
    { attribute: "status", value: { S: "active", N: "1" } },
    { attribute: "status", value: { NULL: true } },
    { attribute: "status", value: null },
    { attribute: "routes", value: undefined },
    { attribute: "routes", value: { SS: [] } },
    { attribute: "routes", value: { L: [] } },
    { attribute: "routes", value: { S: "* /acme/*" } },
    { attribute: "routes", value: { L: [{ N: "1" }] } },
    { attribute: "routes", value: { L: [{ S: "GET /a" }, { NULL: true }] } },
    { attribute: "routes", value: { L: ["GET /a"] } },
    { attribute: "routes", value: { SS: ["GET /a", 1] } },
    { attribute: "routes", value: { SS: ["GET /a", "GET /acme*"] } },
    { attribute: "routes", value: { SS: [""] } },
    {
      attribute: "routes",
      value: {
        SS: Array.from({ length: 1_001 }, (_, index) => `GET /${index}`),
      },
    },
    { attribute: "issuer", value: { S: "" } },
    { attribute: "issuer", value: { S: "acme.eu.auth0.com" } },
    { attribute: "issuer", value: { S: "http://acme.eu.auth0.com/" } },
    { attribute: "issuer", value: { S: "https://acme.eu.auth0.com" } },
    { attribute: "issuer", value: { S: "https://acme.eu.auth0.com/ " } },
    { attribute: "issuer", value: { SS: [ISSUER] } },
    { attribute: "issuer", value: { S: [ISSUER] } },
    { attribute: "issuer", value: { S: `x${ISSUER}` } },
    { attribute: "tokensValidAfter", value: { S: "1700000000" } },
    { attribute: "tokensValidAfter", value: { N: "1700000000000" } },
    { attribute: "tokensValidAfter", value: { N: "10000000000" } },
    { attribute: "tokensValidAfter", value: { N: "-1" } },
    { attribute: "tokensValidAfter", value: { N: "1.5" } },
    { attribute: "tokensValidAfter", value: { N: "" } },
    { attribute: "tokensValidAfter", value: { N: "1e9" } },
    { attribute: "tokensValidAfter", value: { N: " 1" } },
    { attribute: "tokensValidAfter", value: { N: "0x10" } },
    { attribute: "tokensValidAfter", value: { N: "NaN" } },
    { attribute: "tokensValidAfter", value: { N: 1_700_000_000 } },
    { attribute: "tokensValidAfter", value: { NULL: true } },
    { attribute: "expiresAt", value: { S: "tomorrow" } },
    { attribute: "expiresAt", value: { N: "1900000000000" } },
    { attribute: "plan", value: { S: "" } },
    { attribute: "plan", value: { S: "gold plan" } },
    { attribute: "plan", value: { S: "a".repeat(65) } },
    { attribute: "plan", value: { N: "1" } },
    { attribute: "usageKey", value: { S: "a".repeat(19) } },
    { attribute: "usageKey", value: { S: "a".repeat(129) } },
    { attribute: "usageKey", value: { S: `${"a".repeat(20)}-` } },
    { attribute: "usageKey", value: { BOOL: true } },
    { attribute: "require", value: { M: {} } },
    { attribute: "require", value: { S: "org_acme" } },
    { attribute: "require", value: { L: [] } },
    { attribute: "context", value: { S: "x" } },
    { attribute: "meta", value: { S: "x" } },
  ])("by $attribute $value", ({ attribute, value }) => {
    expect(faults(tenantItem({ [attribute]: value }))).toEqual([attribute]);
  });

  test.each(["azp", ...RECORD_ATTRIBUTES])(
    "by %s when it stands there without a value, several issuers or one",
    (attribute) => {
      const item = {
        ...tenantItem({ issuer: { S: ISSUER } }),
        [attribute]: undefined,
      };
      expect(faults(item)).toEqual([attribute]);
      expect(faults(item, SEVERAL_ISSUERS)).toEqual([attribute]);
    },
  );

  test.each([
    { name: "a null", value: { NULL: true } },
    { name: "an empty list", value: { L: [] } },
    { name: "an empty set", value: { SS: [] } },
    { name: "a map", value: { M: {} } },
    { name: "a set of numbers", value: { NS: ["1"] } },
    {
      name: "a list with a null in it",
      value: { L: [{ S: "a" }, { NULL: true }] },
    },
    { name: "a list of lists", value: { L: [{ L: [{ S: "a" }] }] } },
    { name: "a set with a number in it", value: { SS: ["a", 1] } },
    { name: "a flag as text", value: { BOOL: "true" } },
    {
      name: "a number that would be rounded",
      value: { N: "9007199254740993" },
    },
    { name: "a number with an exponent", value: { N: "1e3" } },
    { name: "a fraction with an exponent", value: { N: "1e-7" } },
    { name: "no number, as JavaScript spells it", value: { N: "NaN" } },
    { name: "a number without end", value: { N: "-Infinity" } },
    {
      name: "a number that cannot be made text",
      value: { N: { toString: null } },
    },
    {
      name: "a number as JavaScript spells a large one",
      value: { N: "1e+21" },
    },
    { name: "a number with a zero at its end", value: { N: "1.50" } },
    {
      name: "a fraction that would be rounded",
      value: { N: "0.1000000000000000055" },
    },
    { name: "two types at once", value: { S: "a", N: "1" } },
    { name: "a bare value", value: "org_acme" },
  ])("by a rule that is $name", ({ value }) => {
    expect(
      faults(
        tenantItem({ require: { M: { gty: { S: "x" }, org_id: value } } }),
      ),
    ).toEqual(["require.org_id"]);
  });

  test("by a rule for a whole number that a claim could be rounded to", () => {
    const ruleOf = (text: string) =>
      tenantItem({ require: { M: { seat: { N: text } } } });
    expect(faults(ruleOf("9007199254740991"))).toEqual([]);
    expect(faults(ruleOf("9007199254740992"))).toEqual(["require.seat"]);
  });

  test.each(["a b", "a\n", "\u00e9", "a".repeat(257)])(
    "by a rule for the claim %j, which no token has",
    (claim) => {
      expect(
        faults(tenantItem({ require: { M: { [claim]: { S: "x" } } } })),
      ).toHaveLength(1);
    },
  );

  test("by a context of more than 2,048 characters", () => {
    // {"note":"…"} is eleven characters and the value's.
    const contextOf = (length: number) =>
      tenantItem({ context: { M: { note: { S: "x".repeat(length) } } } });
    expect(faults(contextOf(2_048 - 11))).toEqual([]);
    expect(faults(contextOf(2_048 - 10))).toEqual(["context"]);
  });

  test("by a rule for a claim without a name", () => {
    expect(faults(tenantItem({ require: { M: { "": { S: "x" } } } }))).toEqual([
      "require.",
    ]);
  });

  test.each([
    { name: "of another type", key: "region", value: { L: [] } },
    { name: "that is null", key: "region", value: { NULL: true } },
    {
      name: "with a line break",
      key: "region",
      value: { S: "eu\r\nX-Tenant-Id: globex" },
    },
    { name: "outside ASCII", key: "region", value: { S: "Köln" } },
    { name: "with a digit first in its name", key: "1st", value: { S: "x" } },
    { name: "with a hyphen in its name", key: "tenant-id", value: { S: "x" } },
    { name: "with a blank in its name", key: "a b", value: { S: "x" } },
    { name: "named __proto__", key: "__proto__", value: { S: "x" } },
    {
      name: "with a name of 65 characters",
      key: "a".repeat(65),
      value: { S: "x" },
    },
    { name: "without a name", key: "", value: { S: "x" } },
  ])("by a context value $name", ({ key, value }) => {
    const map = Object.fromEntries<unknown>([
      ["seats", { N: "1" }],
      [key, value],
    ]);
    expect(faults(tenantItem({ context: { M: map } }))).toEqual([
      `context.${key}`,
    ]);
  });

  test.each([...RESERVED_CONTEXT_KEYS])(
    "by a context value under the authorizer's own name %s",
    (key) => {
      expect(
        faults(tenantItem({ context: { M: { [key]: { S: "x" } } } })),
      ).toEqual([`context.${key}`]);
    },
  );

  test.each([
    "tokensValidafter",
    "Status",
    "routes ",
    "expires_at",
    "ttl",
    "route",
    "tenant",
    "org_id",
    "toString",
  ])("by an attribute that is not known: %s", (name) => {
    expect(faults(tenantItem({ [name]: { S: "x" } }))).toEqual([name]);
  });

  test("by every fault at once, and says all of them", () => {
    expect(
      faults({
        tenantId: { S: "*" },
        status: { S: "on" },
        plan: { N: "1" },
        x: { S: "y" },
      }),
    ).toEqual(["x", "azp", "tenantId", "status", "routes", "plan"]);
  });

  test.each([{}, null, undefined, [], "item"])("by being %j", (item) => {
    expect(faults(item)).toEqual(["azp", "tenantId", "status", "routes"]);
  });

  test("by routes of its own that are not readable, though the deployment has some", () => {
    const rules = { ...RECORD_RULES, defaultRoutes: ["* /{tenantId}/*"] };
    expect(faults(tenantItem({ routes: { S: "GET /a" } }), rules)).toEqual([
      "routes",
    ]);
  });

  test("says which route and where", () => {
    const parsed = parseTenantRecord(
      tenantItem({ routes: { SS: ["GET /a", "GET /b*", "get /c"] } }),
      CLIENT_ID,
      RECORD_RULES,
    );
    expect(parsed).toMatchObject({
      problems: [
        {
          attribute: "routes",
          message: expect.stringContaining(
            'at character 6 of "GET /b*"',
          ) as string,
        },
        {
          attribute: "routes",
          message: expect.stringContaining(
            'at character 1 of "get /c"',
          ) as string,
        },
      ],
    });
  });

  test("names a hostile attribute in short and in print", () => {
    const [fault = ""] = faults(
      tenantItem({ [`a\nb\u001b[31m${"x".repeat(300)}`]: { S: "x" } }),
    );
    expect(fault).toMatch(/^[\x20-\x7e]{256}$/);
    expect(fault).toMatch(/^a\?b\?\[31mx+$/);
  });

  test("never quotes a value but a route", () => {
    const secret = "5ecret value";
    const broken = parseTenantRecord(
      {
        azp: { S: secret },
        tenantId: { S: secret },
        status: { S: secret },
        issuer: { S: secret },
        plan: { S: secret },
        expiresAt: { N: secret },
        context: { M: { plan: { S: secret } } },
        require: { M: { x: { B: secret } } },
        x: { S: secret },
      },
      CLIENT_ID,
      RECORD_RULES,
    );
    expect(JSON.stringify(broken)).not.toContain(secret);
  });
});

test("no attribute's name is one that every object has", () => {
  for (const name of RECORD_ATTRIBUTES) expect(name in {}).toBe(false);
});

describe("a problem says what to write instead", () => {
  test.each([
    {
      attribute: "colour",
      value: { S: "x" },
      says: "unknown attribute; known are azp, tenantId, status, routes, require, issuer, tokensValidAfter, expiresAt, plan, usageKey, context, meta (the team's own data belongs under meta)",
    },
    { attribute: "azp", value: { N: "1" }, says: "expected a string (S)" },
    {
      attribute: "azp",
      value: { S: "another-client" },
      says: "is not the value that was looked up",
    },
    {
      attribute: "tenantId",
      value: { S: "*" },
      says: "expected a string (S) of [A-Za-z0-9][A-Za-z0-9_-]{0,63}",
    },
    {
      attribute: "status",
      value: { S: "on" },
      says: "expected exactly active or suspended (S)",
    },
    {
      attribute: "routes",
      value: { SS: [] },
      says: "expected 1 to 1000 routes as a string set (SS) or a list (L) of strings",
    },
    {
      attribute: "routes",
      value: { S: "* /acme/*" },
      says: "expected 1 to 1000 routes as a string set (SS) or a list (L) of strings",
    },
    {
      attribute: "routes",
      value: { L: [{ N: "1" }] },
      says: "expected strings alone in the list",
    },
    {
      attribute: "issuer",
      value: { S: "acme" },
      says: "expected an https URL that ends in /, exactly as in iss (S)",
    },
    {
      attribute: "tokensValidAfter",
      value: { S: "x" },
      says: "expected a number (N) of whole epoch seconds (not milliseconds)",
    },
    {
      attribute: "plan",
      value: { S: "" },
      says: "expected a string (S) of [A-Za-z0-9_-]{1,64}",
    },
    {
      attribute: "usageKey",
      value: { S: "mine" },
      says: "expected a string (S) of [A-Za-z0-9]{20,128}; it is not yours to write: take it away",
    },
    {
      attribute: "require",
      value: { M: {} },
      says: "is empty: name a claim, or leave it out",
    },
    { attribute: "require", value: { S: "x" }, says: "expected a map (M)" },
    {
      attribute: "require",
      value: { M: { "a b": { S: "x" } } },
      says: "expected a claim's name in printable ASCII",
    },
    {
      attribute: "require",
      value: { M: { gty: { M: {} } } },
      says: "expected S, N or BOOL, or any of several as SS or L",
    },
    {
      attribute: "context",
      value: { M: { plan: { S: "x" } } },
      says: "is reserved for the authorizer",
    },
    {
      attribute: "context",
      value: { M: { "1": { S: "x" } } },
      says: "expected a name of [A-Za-z][A-Za-z0-9_]{0,63}",
    },
    {
      attribute: "context",
      value: { M: { region: { S: "é" } } },
      says: "expected S, N or BOOL in printable ASCII",
    },
    {
      attribute: "context",
      value: { M: { note: { S: "x".repeat(3_000) } } },
      says: "is longer than 2048 characters",
    },
  ])("of $attribute: $says", ({ attribute, value, says }) => {
    expect(parse({ [attribute]: value })).toMatchObject({
      ok: false,
      problems: [{ message: says }],
    });
  });

  test("of an attribute that is missing", () => {
    expect(parse({ status: undefined, routes: undefined })).toEqual({
      ok: false,
      problems: [
        { attribute: "status", message: "missing" },
        {
          attribute: "routes",
          message: "missing, and no default routes are deployed",
        },
      ],
    });
  });
});

test("routes are left unread while there is no tenant id to put into them", () => {
  expect(
    faults(tenantItem({ tenantId: { S: "*" }, routes: { SS: ["get /a"] } })),
  ).toEqual(["tenantId"]);
});

test("the authorizer's own names in the context are these", () => {
  expect([...RESERVED_CONTEXT_KEYS].sort()).toEqual([
    "claims",
    "clientId",
    "denyReason",
    "error",
    "integrationLatency",
    "integrationStatus",
    "latency",
    "organizationId",
    "plan",
    "principalId",
    "requestId",
    "scope",
    "status",
    "subject",
    "tenantId",
  ]);
});
