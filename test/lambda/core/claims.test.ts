import { describe, expect, test } from "vitest";
import type { TokenType } from "../../../lambda/core/bearer-token.ts";
import { type ClaimRules, judgeClaims } from "../../../lambda/core/claims.ts";
import {
  CLIENT_ID,
  ISSUER,
  NOW,
  type Overrides,
  SUBJECT,
  accessTokenClaims,
  rfc9068Claims,
} from "../../support/tokens.ts";

const RULES: ClaimRules = {
  tenantClaim: "azp",
  clockToleranceSeconds: 5,
  maxTokenLifetimeSeconds: 86_400,
};
const TENANT_CLAIM = "https://acme.com/tenant";

const judge = (
  claims: Overrides,
  {
    now = NOW,
    type = "JWT",
    ...rules
  }: Partial<ClaimRules> & { now?: number; type?: TokenType } = {},
): unknown =>
  judgeClaims(claims, { type, issuer: ISSUER }, now, { ...RULES, ...rules });

describe("a token in good standing", () => {
  test("yields what the decision needs", () => {
    const claims = accessTokenClaims({
      permissions: ["write:orders", "read:orders"],
      org_id: "org_acme",
    });
    expect(judge(claims)).toEqual({
      ok: true,
      value: {
        issuer: ISSUER,
        subject: SUBJECT,
        clientId: CLIENT_ID,
        tenantKey: CLIENT_ID,
        issuedAt: NOW - 60,
        expiresAt: NOW + 3_600,
        scope: "openid profile",
        grants: new Set(["openid", "profile", "write:orders", "read:orders"]),
        organizationId: "org_acme",
        claims,
      },
    });
  });

  test("may hold neither scope nor permissions nor organization", () => {
    expect(judge(accessTokenClaims({ scope: undefined }))).toMatchObject({
      ok: true,
      value: { scope: undefined, organizationId: undefined },
    });
  });

  test("without permissions is granted its scope alone", () => {
    expect(judge(accessTokenClaims())).toMatchObject({
      value: { grants: new Set(["openid", "profile"]) },
    });
  });

  test("with an empty scope is one without", () => {
    expect(judge(accessTokenClaims({ scope: "" }))).toMatchObject({
      ok: true,
      value: { scope: undefined },
    });
  });

  test("of the RFC 9068 profile names its application by client_id", () => {
    expect(judge(rfc9068Claims(), { type: "at+jwt" })).toMatchObject({
      ok: true,
      value: { clientId: CLIENT_ID, tenantKey: CLIENT_ID },
    });
  });

  test("may name its application twice alike", () => {
    expect(judge(accessTokenClaims({ client_id: CLIENT_ID }))).toMatchObject({
      ok: true,
    });
  });

  test.each([
    { tenantClaim: "org_id", claims: { org_id: "org_acme" }, key: "org_acme" },
    {
      tenantClaim: TENANT_CLAIM,
      claims: { [TENANT_CLAIM]: "acme" },
      key: "acme",
    },
  ])(
    "names its tenant by $tenantClaim when that is configured",
    ({ tenantClaim, claims, key }) => {
      expect(judge(accessTokenClaims(claims), { tenantClaim })).toMatchObject({
        ok: true,
        value: { tenantKey: key, clientId: CLIENT_ID },
      });
    },
  );
});

describe("times", () => {
  test.each([
    { name: "exp a second ahead", claims: { exp: NOW + 1 } },
    { name: "exp now, with tolerance", claims: { exp: NOW } },
    { name: "exp past by less than the tolerance", claims: { exp: NOW - 4 } },
    { name: "iat now", claims: { iat: NOW } },
    { name: "iat ahead by the tolerance", claims: { iat: NOW + 5 } },
    {
      name: "a lifetime of the maximum",
      claims: { iat: NOW - 60, exp: NOW - 60 + 86_400 },
    },
    { name: "a lifetime of a second", claims: { iat: NOW, exp: NOW + 1 } },
    {
      name: "times with a fraction",
      claims: { iat: NOW - 0.5, exp: NOW + 0.5 },
    },
  ])("accepts $name", ({ claims }) => {
    expect(judge(accessTokenClaims(claims))).toMatchObject({ ok: true });
  });

  test.each([
    {
      name: "exp past by the tolerance",
      claims: { exp: NOW - 5 },
      reason: "token_expired",
    },
    {
      name: "exp long past",
      claims: { iat: 1, exp: 2 },
      reason: "token_expired",
    },
    {
      name: "iat ahead by more than the tolerance",
      claims: { iat: NOW + 6 },
      reason: "issued_in_future",
    },
    {
      name: "a lifetime over the maximum",
      claims: { iat: NOW - 60, exp: NOW - 60 + 86_401 },
      reason: "lifetime_not_allowed",
    },
    {
      name: "a lifetime of nothing",
      claims: { iat: NOW, exp: NOW },
      reason: "lifetime_not_allowed",
    },
    {
      name: "exp before iat",
      claims: { iat: NOW + 1, exp: NOW },
      reason: "lifetime_not_allowed",
    },
    { name: "no exp", claims: { exp: undefined }, reason: "expiry_missing" },
    { name: "no iat", claims: { iat: undefined }, reason: "issued_at_missing" },
    {
      name: "exp Infinity",
      claims: { exp: Infinity },
      reason: "expiry_missing",
    },
    {
      name: "iat NaN",
      claims: { iat: Number.NaN },
      reason: "issued_at_missing",
    },
    {
      name: "exp as text",
      claims: { exp: String(NOW + 60) },
      reason: "expiry_missing",
    },
  ])("refuses $name", ({ claims, reason }) => {
    expect(judge(accessTokenClaims(claims))).toEqual({ ok: false, reason });
  });

  test("refuse a token at its very exp when there is no tolerance (RFC 7519 §4.1.4)", () => {
    const claims = accessTokenClaims({ exp: NOW });
    const rules = { clockToleranceSeconds: 0 };
    expect(judge(claims, { ...rules, now: NOW - 0.001 })).toMatchObject({
      ok: true,
    });
    expect(judge(claims, { ...rules, now: NOW })).toEqual({
      ok: false,
      reason: "token_expired",
    });
  });
});

describe("claims that an access token of ours does not have", () => {
  test.each([
    { claim: "nonce", value: "n-0S6_WzA2Mj", reason: "id_token" },
    { claim: "nonce", value: null, reason: "id_token" },
    { claim: "at_hash", value: "77QmUPtjPfzWtF2AnpK9RQ", reason: "id_token" },
    { claim: "c_hash", value: "LDktKdoQak3Pk0cnXxCltA", reason: "id_token" },
    {
      claim: "cnf",
      value: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" },
      reason: "sender_constrained",
    },
    { claim: "cnf", value: null, reason: "sender_constrained" },
  ])("refuses $claim $value", ({ claim, value, reason }) => {
    expect(judge(accessTokenClaims({ [claim]: value }))).toEqual({
      ok: false,
      reason,
    });
  });
});

describe("sub", () => {
  test.each([
    { name: "of one character", sub: "x" },
    { name: "of 255 characters", sub: "x".repeat(255) },
    { name: "with a blank inside", sub: "google-apps|john doe" },
    { name: "of a machine", sub: `${CLIENT_ID}@clients` },
  ])("may be one $name", ({ sub }) => {
    expect(judge(accessTokenClaims({ sub }))).toMatchObject({ ok: true });
  });

  test.each([
    { name: "absent", sub: undefined, reason: "subject_missing" },
    { name: "empty", sub: "", reason: "subject_missing" },
    {
      name: "of 256 characters",
      sub: "x".repeat(256),
      reason: "subject_malformed",
    },
    { name: "a blank", sub: " ", reason: "subject_malformed" },
    { name: "beginning with a blank", sub: " x", reason: "subject_malformed" },
    { name: "ending in a blank", sub: "x ", reason: "subject_malformed" },
    {
      name: "with a line break",
      sub: "x\r\nX-Tenant-Id: globex",
      reason: "subject_malformed",
    },
    { name: "with a NUL", sub: "x\0y", reason: "subject_malformed" },
    { name: "with DEL", sub: "x\x7fy", reason: "subject_malformed" },
    { name: "outside ASCII", sub: "Zoë", reason: "subject_malformed" },
    { name: "a number", sub: 1, reason: "subject_malformed" },
    { name: "null", sub: null, reason: "subject_malformed" },
    { name: "a list", sub: [SUBJECT], reason: "subject_malformed" },
  ])("may not be $name", ({ sub, reason }) => {
    expect(judge(accessTokenClaims({ sub }))).toEqual({ ok: false, reason });
  });
});

describe("claim_malformed", () => {
  test.each([
    { name: "a scope that is a list", claims: { scope: ["openid"] } },
    { name: "a scope of null", claims: { scope: null } },
    { name: "a scope with a quote", claims: { scope: 'read:"x"' } },
    { name: "a scope with a backslash", claims: { scope: "a\\b" } },
    { name: "a scope with a line break", claims: { scope: "openid\nprofile" } },
    { name: "a scope outside ASCII", claims: { scope: "lésen" } },
    {
      name: "permissions that are text",
      claims: { permissions: "read:orders" },
    },
    { name: "permissions of null", claims: { permissions: null } },
    {
      name: "permissions that hold a number",
      claims: { permissions: ["read:orders", 1] },
    },
    { name: "an org_id that is empty", claims: { org_id: "" } },
    { name: "an org_id of null", claims: { org_id: null } },
    { name: "an org_id with a blank", claims: { org_id: "org acme" } },
    { name: "an org_id with a line break", claims: { org_id: "org_acme\n" } },
  ])("refuses $name", ({ claims }) => {
    expect(judge(accessTokenClaims(claims))).toEqual({
      ok: false,
      reason: "claim_malformed",
    });
  });
});

describe("the application", () => {
  test.each([
    {
      name: "azp and client_id that differ",
      claims: { client_id: "other" },
      reason: "client_mismatch",
    },
    {
      name: "a client_id of null beside azp",
      claims: { client_id: null },
      reason: "client_mismatch",
    },
    {
      name: "an azp of null beside client_id",
      claims: { azp: null, client_id: CLIENT_ID },
      reason: "client_mismatch",
    },
    {
      name: "no azp",
      claims: { azp: undefined },
      reason: "tenant_claim_missing",
    },
    {
      name: "an empty azp",
      claims: { azp: "" },
      reason: "tenant_claim_missing",
    },
    {
      name: "client_id alone, which stands for azp in at+jwt only",
      claims: { azp: undefined, client_id: CLIENT_ID },
      reason: "tenant_claim_missing",
    },
    {
      name: "an azp with a blank",
      claims: { azp: "a b" },
      reason: "tenant_claim_malformed",
    },
    {
      name: "an azp with a star",
      claims: { azp: "*" },
      reason: "tenant_claim_malformed",
    },
    {
      name: "an azp with a line break",
      claims: { azp: `${CLIENT_ID}\n` },
      reason: "tenant_claim_malformed",
    },
    {
      name: "an azp that is a list",
      claims: { azp: [CLIENT_ID] },
      reason: "tenant_claim_malformed",
    },
    {
      name: "an azp that is a number",
      claims: { azp: 1 },
      reason: "tenant_claim_malformed",
    },
    {
      name: "an azp of 257 characters",
      claims: { azp: "a".repeat(257) },
      reason: "tenant_claim_malformed",
    },
  ])("refuses $name", ({ claims, reason }) => {
    expect(judge(accessTokenClaims(claims))).toEqual({ ok: false, reason });
  });

  test("may be 256 characters long", () => {
    expect(judge(accessTokenClaims({ azp: "a".repeat(256) }))).toMatchObject({
      ok: true,
    });
  });

  test("is not read from an object's inheritance", () => {
    const claims: unknown = JSON.parse(
      `{"__proto__":{"azp":"${CLIENT_ID}"},"iss":"${ISSUER}","sub":"x","iat":${NOW},"exp":${NOW + 60}}`,
    );
    expect(judge(claims as Overrides)).toEqual({
      ok: false,
      reason: "tenant_claim_missing",
    });
  });
});

describe("the tenant under a claim of its own", () => {
  const rules = { tenantClaim: TENANT_CLAIM };

  test.each(["acme", "a.b|c:d@e/f-g_h", "A".repeat(256)])(
    "may be %s",
    (value) => {
      expect(
        judge(accessTokenClaims({ [TENANT_CLAIM]: value }), rules),
      ).toMatchObject({ ok: true, value: { tenantKey: value } });
    },
  );

  test.each([
    { name: "absent", value: undefined, reason: "tenant_claim_missing" },
    { name: "empty", value: "", reason: "tenant_claim_missing" },
    { name: "null", value: null, reason: "tenant_claim_malformed" },
    { name: "a list", value: ["acme"], reason: "tenant_claim_malformed" },
    { name: "true", value: true, reason: "tenant_claim_malformed" },
    {
      name: "of 257 characters",
      value: "a".repeat(257),
      reason: "tenant_claim_malformed",
    },
    ...[
      "ac me",
      "acme*",
      "acm?",
      "acme\\",
      "acme\0",
      "acmé",
      "${x}",
      "acme#",
      "acme,globex",
      "acme%2f",
      "acme+",
    ].map((value) => ({
      name: JSON.stringify(value),
      value,
      reason: "tenant_claim_malformed",
    })),
  ])("may not be $name", ({ value, reason }) => {
    expect(judge(accessTokenClaims({ [TENANT_CLAIM]: value }), rules)).toEqual({
      ok: false,
      reason,
    });
  });

  test("still needs an application beside it", () => {
    expect(
      judge(
        accessTokenClaims({ [TENANT_CLAIM]: "acme", azp: undefined }),
        rules,
      ),
    ).toEqual({ ok: false, reason: "client_missing" });
  });

  test("still needs an application within its grammar", () => {
    expect(
      judge(accessTokenClaims({ [TENANT_CLAIM]: "acme", azp: "a b" }), rules),
    ).toEqual({ ok: false, reason: "client_missing" });
  });

  test.each([
    { name: "empty", org_id: "", reason: "tenant_claim_missing" },
    { name: "a list", org_id: ["org_acme"], reason: "tenant_claim_malformed" },
    {
      name: "outside its grammar",
      org_id: "org acme",
      reason: "tenant_claim_malformed",
    },
  ])(
    "says so when the organization that names it is $name",
    ({ org_id, reason }) => {
      expect(
        judge(accessTokenClaims({ org_id }), { tenantClaim: "org_id" }),
      ).toEqual({ ok: false, reason });
    },
  );

  test("is missing when the organization is, under org_id", () => {
    expect(judge(accessTokenClaims(), { tenantClaim: "org_id" })).toEqual({
      ok: false,
      reason: "tenant_claim_missing",
    });
  });
});
