import { describe, expect, test } from "vitest";
import { buildContext } from "../../../lambda/core/authorizer-context.ts";
import type { AccessToken } from "../../../lambda/core/claims.ts";
import type { Allow, Forbid } from "../../../lambda/core/decision.ts";
import { tenantOf } from "../../support/records.ts";
import { CLIENT_ID, ISSUER, NOW, SUBJECT } from "../../support/tokens.ts";

const token: AccessToken = {
  issuer: ISSUER,
  subject: SUBJECT,
  clientId: CLIENT_ID,
  tenantKey: CLIENT_ID,
  issuedAt: NOW,
  expiresAt: NOW + 60,
  scope: undefined,
  grants: new Set(),
  organizationId: undefined,
  claims: {},
};
const common = {
  token,
  policy: { Version: "2012-10-17", Statement: [] },
  ages: { keySetAgeSeconds: 0, recordAgeSeconds: 0 },
} as const;
const allow: Allow = {
  ...common,
  kind: "allow",
  tenant: tenantOf(),
  recheck: undefined,
  policyBytes: 0,
};
const forbid: Forbid = {
  ...common,
  kind: "forbid",
  reason: "tenant_suspended",
  attribute: "status",
  tenant: tenantOf(),
};
const RICH = {
  plan: { S: "gold" },
  context: {
    M: { region: { S: "eu" }, seats: { N: "25" }, beta: { BOOL: true } },
  },
};

describe("the context of an allow", () => {
  test("is tenant, application, subject and the reason that a 403 would show", () => {
    expect(buildContext(allow)).toEqual({
      tenantId: "acme",
      clientId: CLIENT_ID,
      subject: SUBJECT,
      denyReason: "route_not_granted",
    });
  });

  test("has scope, organization, plan and the record's own values when there are any", () => {
    const rich = {
      ...token,
      scope: "openid read:orders",
      organizationId: "org_acme",
    };
    expect(
      buildContext({ ...allow, token: rich, tenant: tenantOf(RICH) }),
    ).toEqual({
      tenantId: "acme",
      clientId: CLIENT_ID,
      subject: SUBJECT,
      denyReason: "route_not_granted",
      scope: "openid read:orders",
      organizationId: "org_acme",
      plan: "gold",
      region: "eu",
      seats: 25,
      beta: true,
    });
  });

  test("lets no value of the record stand for one of the authorizer's", () => {
    const own = {
      tenantId: "globex",
      clientId: "x",
      subject: "x",
      denyReason: "x",
      scope: "x",
      organizationId: "x",
      plan: "x",
    };
    const rich = { ...token, scope: "openid", organizationId: "org_acme" };
    const tenant = { ...tenantOf(RICH), context: own };
    expect(buildContext({ ...allow, token: rich, tenant })).toEqual({
      tenantId: "acme",
      clientId: CLIENT_ID,
      subject: SUBJECT,
      denyReason: "route_not_granted",
      scope: "openid",
      organizationId: "org_acme",
      plan: "gold",
    });
  });

  test("is flat: strings, numbers and booleans alone", () => {
    const types = Object.values(
      buildContext({ ...allow, tenant: tenantOf(RICH) }),
    ).map((value) => typeof value);
    expect(new Set(types)).toEqual(new Set(["string", "number", "boolean"]));
  });
});

describe("the context of a forbid", () => {
  test("has the reason, and none of the record's own values", () => {
    expect(buildContext({ ...forbid, tenant: tenantOf(RICH) })).toEqual({
      tenantId: "acme",
      clientId: CLIENT_ID,
      subject: SUBJECT,
      denyReason: "tenant_suspended",
      plan: "gold",
    });
  });

  test("has a tenant id that is neither empty nor a tenant's when there is no record", () => {
    expect(
      buildContext({
        ...forbid,
        reason: "tenant_not_found",
        tenant: undefined,
      }),
    ).toEqual({
      tenantId: "-",
      clientId: CLIENT_ID,
      subject: SUBJECT,
      denyReason: "tenant_not_found",
    });
  });
});
