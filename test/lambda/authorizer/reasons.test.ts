/** Every reason in the code, brought about end to end: a reason that nothing can give is a promise to nobody. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  COULD_NOT_TELL_REASONS,
  type CouldNotTellReason,
  FORBID_REASONS,
  type ForbidReason,
  UNAUTHENTICATED_REASONS,
  type UnauthenticatedReason,
} from "../../../lambda/core/reasons.ts";
import { tokenEvent } from "../../support/events.ts";
import { tenantItem } from "../../support/records.ts";
import {
  type World,
  createTestAuthorizer,
} from "../../support/test-authorizer.ts";
import {
  type AccessTokenOverrides,
  NOW,
  type Overrides,
  accessTokenClaims,
  createSigningKey,
  signAccessToken,
  signToken,
} from "../../support/tokens.ts";

interface Scenario {
  readonly event: unknown;
  readonly world?: Partial<World>;
}

const header = (authorizationToken: string): Scenario => ({
  event: tokenEvent({ authorizationToken }),
});
const token = (overrides: AccessTokenOverrides): Scenario =>
  header(`Bearer ${signAccessToken(overrides)}`);
const claims = (changes: Overrides): Scenario => token({ claims: changes });
const record = (changes: Overrides): Scenario => ({
  event: tokenEvent(),
  world: {
    readTenantItem: () =>
      Promise.resolve({ kind: "item", item: tenantItem(changes) }),
  },
});

const UNAUTHENTICATED: Readonly<Record<UnauthenticatedReason, Scenario>> = {
  authorization_malformed: header("Basic YTpi"),
  token_too_large: header(`Bearer ${"x".repeat(8_193)}`),
  token_malformed: header("Bearer opaque"),
  token_encrypted: header("Bearer a.b.c.d.e"),
  token_not_canonical: header(`Bearer ${signAccessToken()}=`),
  json_too_deep: header(
    `Bearer ${signToken({ alg: "RS256", kid: "key-1" }, JSON.stringify(accessTokenClaims({ deep: "?" })).replace('"?"', "[".repeat(64) + "]".repeat(64)))}`,
  ),
  algorithm_not_allowed: token({ header: { alg: "HS256" } }),
  type_not_allowed: token({ header: { typ: "dpop+jwt" } }),
  kid_malformed: token({ header: { kid: undefined } }),
  critical_header: token({ header: { crit: ["b64"] } }),
  issuer_not_allowed: claims({ iss: "https://evil.example/" }),
  time_claim_malformed: claims({ exp: "tomorrow" }),
  kid_unknown: token({ header: { kid: "key-9" } }),
  signature_invalid: token({ key: createSigningKey("key-1") }),
  claim_malformed: claims({ permissions: "all" }),
  audience_mismatch: claims({ aud: "https://api.globex.com" }),
  token_expired: claims({ iat: NOW - 100, exp: NOW - 50 }),
  token_not_yet_valid: claims({ nbf: NOW + 60 }),
  id_token: claims({ nonce: "n" }),
  sender_constrained: claims({ cnf: { jkt: "x" } }),
  expiry_missing: claims({ exp: undefined }),
  issued_at_missing: claims({ iat: undefined }),
  lifetime_not_allowed: claims({ exp: NOW + 10_000_000 }),
  issued_in_future: claims({ iat: NOW + 60 }),
  subject_missing: claims({ sub: undefined }),
  subject_malformed: claims({ sub: " " }),
  client_mismatch: claims({ client_id: "other" }),
  client_missing: {
    ...claims({ azp: undefined, org_id: "org_acme" }),
    world: { tenantClaim: "org_id" },
  },
  tenant_claim_missing: claims({ azp: undefined }),
  tenant_claim_malformed: claims({ azp: "a b" }),
};

const FORBID: Readonly<Record<ForbidReason, Scenario>> = {
  tenant_not_found: claims({ azp: "nobody" }),
  tenant_suspended: record({ status: { S: "suspended" } }),
  tenant_expired: record({ expiresAt: { N: String(NOW) } }),
  issuer_mismatch: record({ issuer: { S: "https://login.acme.com/" } }),
  token_revoked: record({ tokensValidAfter: { N: String(NOW) } }),
  binding_rule_failed: record({
    require: { M: { org_id: { S: "org_acme" } } },
  }),
  route_not_granted: record({ routes: { SS: ["GET /acme/* admin"] } }),
};

const COULD_NOT_TELL: Readonly<Record<CouldNotTellReason, Scenario>> = {
  event_malformed: { event: tokenEvent({ type: "REQUEST" }) },
  keys_unavailable: {
    event: tokenEvent(),
    world: { fetchJwks: () => Promise.reject(new Error("down")) },
  },
  table_unavailable: {
    event: tokenEvent(),
    world: {
      readTenantItem: () =>
        Promise.resolve({ kind: "unavailable", isTransient: true }),
    },
  },
  record_broken: record({ status: { S: "Active" } }),
  internal_error: {
    event: tokenEvent(),
    world: { readTenantItem: () => Promise.reject(new TypeError("oops")) },
  },
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW * 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each([
  {
    outcome: "unauthenticated",
    reasons: UNAUTHENTICATED_REASONS,
    scenarios: UNAUTHENTICATED,
  },
  { outcome: "forbid", reasons: FORBID_REASONS, scenarios: FORBID },
  {
    outcome: "could_not_tell",
    reasons: COULD_NOT_TELL_REASONS,
    scenarios: COULD_NOT_TELL,
  },
])("the outcome $outcome", ({ outcome, reasons, scenarios }) => {
  test.each(Object.entries(scenarios))(
    "can come of %s",
    async (reason, { event, world }) => {
      const { entry } = await createTestAuthorizer(world)(event);
      expect(entry).toMatchObject({ outcome, reason });
    },
  );

  test("has no reason that is not brought about here", () => {
    expect(Object.keys(scenarios).sort()).toEqual(Object.keys(reasons).sort());
  });
});

test("the baseline of all of these is let in", async () => {
  expect((await createTestAuthorizer()(tokenEvent())).entry).toMatchObject({
    outcome: "allow",
  });
});

test("codes are snake_case, said once, and explained in a sentence without a full stop", () => {
  const all = [
    UNAUTHENTICATED_REASONS,
    FORBID_REASONS,
    COULD_NOT_TELL_REASONS,
  ].flatMap((reasons) => Object.entries(reasons));
  expect(new Set(all.map(([code]) => code)).size).toBe(all.length);
  for (const [code, sentence] of all) {
    expect(code).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
    expect(sentence).toMatch(/^[^.].*[^.]$/);
  }
});
