/**
 * The heart: one token and one stage in, one decision out. What it needs of the world enters as two ports; time
 * enters as a value.
 */
import { type UnverifiedToken, parseBearerToken } from "./bearer-token.ts";
import { findBrokenRule } from "./binding-rules.ts";
import { type AccessToken, type ClaimRules, judgeClaims } from "./claims.ts";
import type { Ages, Decision, Forbid } from "./decision.ts";
import type { JsonObject } from "./json.ts";
import type { StageArn } from "./method-arn.ts";
import { buildDenyPolicy, compilePolicy } from "./policy.ts";
import type { ForbidReason, UnauthenticatedReason } from "./reasons.ts";
import type { Result } from "./result.ts";
import type { Tenant } from "./tenant-record.ts";

/**
 * Looks again without waiting: the age in seconds of what was found, while a new look-up would find the very same in
 * memory; `undefined` as soon as it might not.
 */
export type Recheck = () => number | undefined;

/**
 * Verifies signature, issuer, audience, expiry and not-before, and yields the claims.
 *
 * @throws CouldNotTellError `keys_unavailable`
 */
export type VerifyAccessToken = (
  token: UnverifiedToken,
) => Promise<Result<VerifiedClaims, UnauthenticatedReason>>;

export interface VerifiedClaims {
  readonly claims: JsonObject;
  /** How long ago the key set was fetched. */
  readonly keySetAgeSeconds: number;
  /** Whether the key is still the issuer's. Without it, the decision is not kept. */
  readonly recheck?: Recheck;
}

/**
 * Looks up the record under this value of the tenant claim.
 *
 * @throws CouldNotTellError `table_unavailable` or `record_broken`
 */
export type FindTenant = (key: string, issuer: string) => Promise<TenantLookup>;

export interface TenantLookup {
  /** `undefined`: the table has no such record. */
  readonly tenant: Tenant | undefined;
  /** How long ago the table was read. */
  readonly recordAgeSeconds: number;
  /** Whether the record may still be used. Without it, the decision is not kept. */
  readonly recheck?: Recheck;
}

export interface AuthorizeRequest {
  /** The whole value of the `Authorization` header. */
  readonly authorization: string;
  readonly stage: StageArn;
  /** Epoch seconds. */
  readonly now: number;
  /** Of `authorization`, where the caller has one: handed on, never looked at. */
  readonly digest?: string | undefined;
}

export interface AuthorizeDependencies {
  readonly verifyAccessToken: VerifyAccessToken;
  readonly findTenant: FindTenant;
}

export interface AuthorizeRules extends ClaimRules {
  readonly issuers: ReadonlySet<string>;
  /** Whether the policy ends with the token; see design and docs on what is proven of it. */
  readonly policyTimeCondition: boolean;
}

/** @throws CouldNotTellError when a verdict cannot be reached */
export async function authorize(
  { authorization, stage, now, digest }: AuthorizeRequest,
  { verifyAccessToken, findTenant }: AuthorizeDependencies,
  rules: AuthorizeRules,
): Promise<Decision> {
  const unverified = parseBearerToken(authorization, rules.issuers);
  if (!unverified.ok) return unauthenticated(unverified.reason);
  const verified = await verifyAccessToken({ ...unverified.value, digest });
  if (!verified.ok) return unauthenticated(verified.reason);
  const { claims, keySetAgeSeconds } = verified.value;
  const judged = judgeClaims(claims, unverified.value, now, rules);
  if (!judged.ok) return unauthenticated(judged.reason);

  const token = judged.value;
  const lookup = await findTenant(token.tenantKey, token.issuer);
  const { tenant, recordAgeSeconds } = lookup;
  const found = { token, tenant, ages: { keySetAgeSeconds, recordAgeSeconds } };
  const forbid = (reason: ForbidReason, attribute?: string): Forbid => ({
    kind: "forbid",
    reason,
    attribute,
    policy: buildDenyPolicy(stage),
    ...found,
  });

  if (tenant === undefined) return forbid("tenant_not_found");
  const broken = TENANT_RULES.find(({ refuses }) =>
    refuses(tenant, token, now),
  );
  if (broken !== undefined) {
    return forbid(broken.reason, broken.attribute(tenant, token));
  }
  const compiled = compilePolicy(tenant, stage);
  const policy = compiled.build(
    token.grants,
    rules.policyTimeCondition
      ? validUntil(token, tenant, now, rules)
      : undefined,
  );
  if (policy === undefined) return forbid("route_not_granted", "routes");
  return {
    kind: "allow",
    ...found,
    tenant,
    policy,
    policyBytes: compiled.bytes,
    recheck: recheckBoth(verified.value.recheck, lookup.recheck),
  };
}

function recheckBoth(
  keySet: Recheck | undefined,
  record: Recheck | undefined,
): (() => Ages | undefined) | undefined {
  if (keySet === undefined || record === undefined) return undefined;
  return () => {
    const keySetAgeSeconds = keySet();
    const recordAgeSeconds = record();
    return keySetAgeSeconds === undefined || recordAgeSeconds === undefined
      ? undefined
      : { keySetAgeSeconds, recordAgeSeconds };
  };
}

interface TenantRule {
  readonly reason: ForbidReason;
  readonly refuses: (
    tenant: Tenant,
    token: AccessToken,
    now: number,
  ) => boolean;
  readonly attribute: (tenant: Tenant, token: AccessToken) => string;
}

/** What a record can hold against a good token; the first that refuses gives the reason. */
const TENANT_RULES: readonly TenantRule[] = [
  {
    reason: "tenant_expired",
    refuses: ({ expiresAt = Number.POSITIVE_INFINITY }, _token, now) =>
      expiresAt <= now,
    attribute: () => "expiresAt",
  },
  {
    // Before the status, so that an issuer that is not the tenant's learns nothing of it.
    reason: "issuer_mismatch",
    refuses: ({ issuer }, token) =>
      issuer !== undefined && issuer !== token.issuer,
    attribute: () => "issuer",
  },
  {
    reason: "tenant_suspended",
    refuses: ({ status }) => status !== "active",
    attribute: () => "status",
  },
  {
    reason: "token_revoked",
    refuses: ({ tokensValidAfter = Number.NEGATIVE_INFINITY }, token) =>
      token.issuedAt < tokensValidAfter,
    attribute: () => "tokensValidAfter",
  },
  {
    reason: "binding_rule_failed",
    refuses: (tenant, token) =>
      findBrokenRule(tenant.require, token.claims) !== undefined,
    attribute: (tenant, token) =>
      `require.${findBrokenRule(tenant.require, token.claims)?.claim ?? ""}`,
  },
];

/** The policy ends with the record, or at `exp`; for a token already past it and inside the clock tolerance, with the tolerance. */
function validUntil(
  { expiresAt }: AccessToken,
  tenant: Tenant,
  now: number,
  { clockToleranceSeconds }: ClaimRules,
): number {
  const tokenEndsAt =
    now < Math.floor(expiresAt) ? expiresAt : expiresAt + clockToleranceSeconds;
  return Math.min(tokenEndsAt, tenant.expiresAt ?? Number.POSITIVE_INFINITY);
}

function unauthenticated(reason: UnauthenticatedReason): Decision {
  return { kind: "unauthenticated", reason };
}
