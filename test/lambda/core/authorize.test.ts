import { describe, expect, test } from "vitest";
import {
  type AuthorizeDependencies,
  type AuthorizeRequest,
  type AuthorizeRules,
  type Recheck,
  type TenantLookup,
  type VerifiedClaims,
  authorize,
} from "../../../lambda/core/authorize.ts";
import { CouldNotTellError } from "../../../lambda/core/could-not-tell.ts";
import type { Decision } from "../../../lambda/core/decision.ts";
import { buildDenyPolicy } from "../../../lambda/core/policy.ts";
import { refused } from "../../../lambda/core/result.ts";
import type { Result } from "../../../lambda/core/result.ts";
import type { UnauthenticatedReason } from "../../../lambda/core/reasons.ts";
import { methodArn } from "../../support/events.ts";
import { scriptedPort, unusedPort } from "../../support/fakes.ts";
import { evaluatePolicy } from "../../support/policy-oracle.ts";
import { tenantOf } from "../../support/records.ts";
import {
  CLIENT_ID,
  ISSUER,
  NOW,
  type Overrides,
  SUBJECT,
  accessTokenClaims,
  signAccessToken,
} from "../../support/tokens.ts";

const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};
const RULES: AuthorizeRules = {
  issuers: new Set([ISSUER]),
  tenantClaim: "azp",
  clockToleranceSeconds: 5,
  maxTokenLifetimeSeconds: 86_400,
  policyTimeCondition: true,
};
const TOKEN = signAccessToken();
const REQUEST: AuthorizeRequest = {
  authorization: `Bearer ${TOKEN}`,
  stage: STAGE,
  now: NOW,
};

const verified = (
  claims: Overrides = {},
): Result<VerifiedClaims, UnauthenticatedReason> => ({
  ok: true,
  value: { claims: accessTokenClaims(claims), keySetAgeSeconds: 12 },
});
const found = (item: Overrides = {}): TenantLookup => ({
  tenant: tenantOf(item),
  recordAgeSeconds: 3,
});

/** Decides on the baseline with one thing changed. */
const decide = (
  change: {
    readonly claims?: Overrides;
    readonly item?: Overrides;
    readonly now?: number;
    readonly rules?: Partial<AuthorizeRules>;
  } & Partial<AuthorizeDependencies> = {},
): Promise<Decision> =>
  authorize(
    { ...REQUEST, now: change.now ?? NOW },
    {
      verifyAccessToken:
        change.verifyAccessToken ??
        (() => Promise.resolve(verified(change.claims))),
      findTenant:
        change.findTenant ?? (() => Promise.resolve(found(change.item))),
    },
    { ...RULES, ...change.rules },
  );

describe("an allow", () => {
  test("carries the tenant, the token, the policy and the ages of what it was made from", async () => {
    const decision = await decide();
    expect(decision).toMatchObject({
      kind: "allow",
      tenant: { tenantId: "acme" },
      token: { subject: SUBJECT, clientId: CLIENT_ID },
      ages: { keySetAgeSeconds: 12, recordAgeSeconds: 3 },
    });
    const { policy } = decision as Extract<Decision, { kind: "allow" }>;
    expect(evaluatePolicy(policy, { arn: methodArn(), at: NOW })).toBe("allow");
  });

  describe("can be looked at again", () => {
    const again = async (
      keySet: Recheck | undefined,
      record: Recheck | undefined,
    ): Promise<unknown> => {
      const decision = await decide({
        verifyAccessToken: () =>
          Promise.resolve({
            ok: true,
            value: {
              claims: accessTokenClaims(),
              keySetAgeSeconds: 12,
              ...(keySet && { recheck: keySet }),
            },
          }),
        findTenant: () =>
          Promise.resolve({ ...found(), ...(record && { recheck: record }) }),
      });
      const { recheck } = decision as Extract<Decision, { kind: "allow" }>;
      return recheck?.();
    };

    test("for the ages of now", async () => {
      expect(
        await again(
          () => 0,
          () => 5,
        ),
      ).toEqual({ keySetAgeSeconds: 0, recordAgeSeconds: 5 });
    });

    const over = (): undefined => undefined;
    test.each<{
      readonly name: string;
      readonly keySet?: Recheck;
      readonly record?: Recheck;
    }>([
      { name: "the key set has to be fetched", keySet: over, record: () => 5 },
      { name: "the record has to be read", keySet: () => 13, record: over },
      { name: "nobody knows of the key set", record: () => 5 },
      { name: "nobody knows of the record", keySet: () => 13 },
    ])("but not when $name", async ({ keySet, record }) => {
      expect(await again(keySet, record)).toBeUndefined();
    });
  });

  test("asks for the key of the token and the record of the tenant claim, with the issuer of the token", async () => {
    const verify = scriptedPort<
      Parameters<AuthorizeDependencies["verifyAccessToken"]>,
      Result<VerifiedClaims, UnauthenticatedReason>
    >(verified());
    const find = scriptedPort<
      Parameters<AuthorizeDependencies["findTenant"]>,
      TenantLookup
    >(found());
    await decide({ verifyAccessToken: verify.port, findTenant: find.port });
    expect(verify.calls).toEqual([
      [{ token: TOKEN, kid: "key-1", type: "JWT", issuer: ISSUER }],
    ]);
    expect(find.calls).toEqual([[CLIENT_ID, ISSUER]]);
  });

  test.each([
    {
      name: "at the record's tokensValidAfter",
      change: { item: { tokensValidAfter: { N: String(NOW - 60) } } },
    },
    {
      name: "a second before the record expires",
      change: { item: { expiresAt: { N: String(NOW + 1) } } },
    },
    {
      name: "when the record names the token's issuer",
      change: { item: { issuer: { S: ISSUER } } },
    },
    {
      name: "when every rule holds",
      change: {
        item: { require: { M: { org_id: { S: "org_acme" } } } },
        claims: { org_id: "org_acme" },
      },
    },
  ])("is given $name", async ({ change }) => {
    expect(await decide(change)).toMatchObject({ kind: "allow" });
  });

  test("grants scoped routes to a token with the scope or the permission", async () => {
    const item = { routes: { SS: ["GET /acme/orders read:orders"] } };
    expect(
      await decide({ item, claims: { scope: "openid read:orders" } }),
    ).toMatchObject({ kind: "allow" });
    expect(
      await decide({ item, claims: { permissions: ["read:orders"] } }),
    ).toMatchObject({ kind: "allow" });
    expect(await decide({ item })).toMatchObject({
      kind: "forbid",
      reason: "route_not_granted",
      attribute: "routes",
    });
  });
});

describe("the end of the policy", () => {
  const isAllowed = (decision: Decision, at: number): boolean =>
    decision.kind === "allow" &&
    evaluatePolicy(decision.policy, { arn: methodArn(), at }) === "allow";

  test("is the token's", async () => {
    const decision = await decide();
    expect(isAllowed(decision, NOW + 3_599)).toBe(true);
    expect(isAllowed(decision, NOW + 3_600)).toBe(false);
  });

  test("is the tolerance's for a token that lives by it", async () => {
    const decision = await decide({ claims: { exp: NOW } });
    expect(isAllowed(decision, NOW + 4)).toBe(true);
    expect(isAllowed(decision, NOW + 5)).toBe(false);
  });

  test("is the record's when that comes first", async () => {
    const item = { expiresAt: { N: String(NOW + 60) } };
    const decision = await decide({ item });
    expect(isAllowed(decision, NOW + 59)).toBe(true);
    expect(isAllowed(decision, NOW + 60)).toBe(false);
    const later = await decide({
      item: { expiresAt: { N: String(NOW + 7_200) } },
    });
    expect(isAllowed(later, NOW + 3_600)).toBe(false);
  });

  test("is left out when that is switched off", async () => {
    const decision = await decide({ rules: { policyTimeCondition: false } });
    expect(isAllowed(decision, NOW + 10_000_000)).toBe(true);
  });
});

describe("a forbid", () => {
  test.each([
    {
      reason: "tenant_expired",
      attribute: "expiresAt",
      item: { expiresAt: { N: String(NOW) } },
    },
    {
      reason: "issuer_mismatch",
      attribute: "issuer",
      item: { issuer: { S: "https://login.acme.com/" } },
    },
    {
      reason: "tenant_suspended",
      attribute: "status",
      item: { status: { S: "suspended" } },
    },
    {
      reason: "token_revoked",
      attribute: "tokensValidAfter",
      item: { tokensValidAfter: { N: String(NOW - 59) } },
    },
    {
      reason: "binding_rule_failed",
      attribute: "require.org_id",
      item: { require: { M: { org_id: { S: "org_acme" } } } },
    },
    {
      reason: "route_not_granted",
      attribute: "routes",
      item: { routes: { SS: ["!GET /acme/admin"] } },
    },
  ])(
    "for $reason names $attribute, knows the tenant and denies the stage",
    async ({ reason, attribute, item }) => {
      expect(await decide({ item })).toMatchObject({
        kind: "forbid",
        reason,
        attribute,
        tenant: { tenantId: "acme" },
        token: { subject: SUBJECT },
        policy: buildDenyPolicy(STAGE),
        ages: { keySetAgeSeconds: 12, recordAgeSeconds: 3 },
      });
    },
  );

  test("for tenant_not_found knows no tenant", async () => {
    const findTenant = (): Promise<TenantLookup> =>
      Promise.resolve({ tenant: undefined, recordAgeSeconds: 0 });
    expect(await decide({ findTenant })).toMatchObject({
      kind: "forbid",
      reason: "tenant_not_found",
      attribute: undefined,
      tenant: undefined,
      policy: buildDenyPolicy(STAGE),
    });
  });

  test("tells another issuer nothing of the record's state", async () => {
    const item = {
      issuer: { S: "https://login.acme.com/" },
      status: { S: "suspended" },
    };
    expect(await decide({ item })).toMatchObject({ reason: "issuer_mismatch" });
  });

  test("is given to a suspended tenant though its routes are over the budget", async () => {
    const routes = {
      SS: Array.from({ length: 500 }, (_, index) => `GET /acme/${index}`),
    };
    expect(
      await decide({ item: { routes, status: { S: "suspended" } } }),
    ).toMatchObject({ reason: "tenant_suspended" });
  });
});

describe("unauthenticated", () => {
  test("is decided on a malformed header without asking for a key", async () => {
    const dependencies = {
      verifyAccessToken: unusedPort("verifyAccessToken"),
      findTenant: unusedPort("findTenant"),
    };
    expect(
      await authorize(
        { ...REQUEST, authorization: "Basic x" },
        dependencies,
        RULES,
      ),
    ).toEqual({ kind: "unauthenticated", reason: "authorization_malformed" });
  });

  test("is decided on another issuer's token without asking for a key", async () => {
    const token = signAccessToken({ claims: { iss: "https://evil.example/" } });
    const dependencies = {
      verifyAccessToken: unusedPort("verifyAccessToken"),
      findTenant: unusedPort("findTenant"),
    };
    expect(
      await authorize(
        { ...REQUEST, authorization: `Bearer ${token}` },
        dependencies,
        RULES,
      ),
    ).toEqual({ kind: "unauthenticated", reason: "issuer_not_allowed" });
  });

  test("is decided on an unverified token without asking for a record", async () => {
    expect(
      await decide({
        verifyAccessToken: () => Promise.resolve(refused("signature_invalid")),
        findTenant: unusedPort("findTenant"),
      }),
    ).toEqual({ kind: "unauthenticated", reason: "signature_invalid" });
  });

  test("is decided on a claim of ours without asking for a record", async () => {
    expect(
      await decide({
        claims: { cnf: {} },
        findTenant: unusedPort("findTenant"),
      }),
    ).toEqual({ kind: "unauthenticated", reason: "sender_constrained" });
  });
});

describe("could not tell", () => {
  test("is what a port throws, as it is", async () => {
    const keys = new CouldNotTellError("keys_unavailable");
    await expect(
      decide({
        verifyAccessToken: () => Promise.reject(keys),
        findTenant: unusedPort("findTenant"),
      }),
    ).rejects.toBe(keys);
    const table = new CouldNotTellError("table_unavailable");
    await expect(
      decide({ findTenant: () => Promise.reject(table) }),
    ).rejects.toBe(table);
  });

  test("is what an active tenant with routes over the budget comes to", async () => {
    const routes = {
      SS: Array.from({ length: 500 }, (_, index) => `GET /acme/${index}`),
    };
    await expect(decide({ item: { routes } })).rejects.toMatchObject({
      code: "record_broken",
      attributes: ["routes"],
    });
  });
});
