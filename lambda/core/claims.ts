/**
 * The rules for verified claims that the JWT library does not have, as one table: the first that refuses gives
 * the reason. Signature, `iss`, `aud`, `exp` and `nbf` have been verified when they are asked.
 */
import type { TokenType } from "./bearer-token.ts";
import { type JsonObject, own, ownOr } from "./json.ts";
import type { UnauthenticatedReason } from "./reasons.ts";
import { type Result, good, refused } from "./result.ts";

export interface ClaimRules {
  /** The claim that names the tenant: `azp`, `org_id`, or a namespaced claim. */
  readonly tenantClaim: string;
  readonly clockToleranceSeconds: number;
  readonly maxTokenLifetimeSeconds: number;
}

/** What the rest of the authorizer needs of a token that is good. */
export interface AccessToken {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string;
  /** The value of the tenant claim: the key of the tenant's record. */
  readonly tenantKey: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** The `scope` claim as it stands, `undefined` when absent or empty. */
  readonly scope: string | undefined;
  /** All that `scope` and `permissions` grant. */
  readonly grants: ReadonlySet<string>;
  readonly organizationId: string | undefined;
  /** All claims, for the record's binding rules. */
  readonly claims: JsonObject;
}

interface Candidate {
  readonly claims: JsonObject;
  readonly type: TokenType;
  readonly now: number;
  readonly rules: ClaimRules;
}

interface ClaimRule {
  readonly reason: UnauthenticatedReason;
  readonly refuses: (candidate: Candidate) => boolean;
}

/** Application, organization and tenant values: what Auth0 issues, and nothing that means something in an ARN. */
const IDENTIFIER = /^[A-Za-z0-9_.|:@/-]{1,256}$/;
/** OpenID Connect Core §2: at most 255 ASCII characters. It becomes a header's value, so no blank at either end. */
const SUBJECT = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;
/** RFC 6749 §3.3, spaces included. */
const SCOPE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

const seconds = (claims: JsonObject, name: string): number | undefined => {
  const value = own(claims, name);
  return Number.isFinite(value) ? (value as number) : undefined;
};

/** Whether a tenant claim, an application's or an organization's id may have this value; another is unauthenticated. */
export const isIdentifier = (value: unknown): value is string =>
  typeof value === "string" && IDENTIFIER.test(value);

const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== "";

/**
 * The application: `azp`, which Auth0's own profile always has, or `client_id`, which stands in for it in the
 * RFC 9068 profile alone.
 */
const clientOf = ({ claims, type }: Candidate): unknown =>
  own(claims, "azp") ??
  (type === "at+jwt" ? own(claims, "client_id") : undefined);

const scopeOf = (claims: JsonObject): unknown => ownOr(claims, "scope", "");

const permissionsOf = (claims: JsonObject): unknown =>
  ownOr(claims, "permissions", []);

const tenantKeyOf = (candidate: Candidate): unknown =>
  candidate.rules.tenantClaim === "azp"
    ? clientOf(candidate)
    : own(candidate.claims, candidate.rules.tenantClaim);

const CLAIM_RULES: readonly ClaimRule[] = [
  {
    reason: "id_token",
    refuses: ({ claims }) =>
      ["nonce", "at_hash", "c_hash"].some((name) =>
        Object.hasOwn(claims, name),
      ),
  },
  {
    // RFC 7800, RFC 9449: without the proof such a token would be a plain bearer token.
    reason: "sender_constrained",
    refuses: ({ claims }) => Object.hasOwn(claims, "cnf"),
  },
  {
    reason: "expiry_missing",
    refuses: ({ claims }) => seconds(claims, "exp") === undefined,
  },
  {
    reason: "issued_at_missing",
    refuses: ({ claims }) => seconds(claims, "iat") === undefined,
  },
  {
    // RFC 7519 §4.1.4 says "on or after"; the library accepts the last second itself.
    reason: "token_expired",
    refuses: ({ claims, now, rules }) =>
      (seconds(claims, "exp") ?? 0) + rules.clockToleranceSeconds <= now,
  },
  {
    reason: "issued_in_future",
    refuses: ({ claims, now, rules }) =>
      (seconds(claims, "iat") ?? 0) > now + rules.clockToleranceSeconds,
  },
  {
    reason: "lifetime_not_allowed",
    refuses: ({ claims, rules }) => {
      const lifetime =
        (seconds(claims, "exp") ?? 0) - (seconds(claims, "iat") ?? 0);
      return lifetime <= 0 || lifetime > rules.maxTokenLifetimeSeconds;
    },
  },
  {
    reason: "subject_missing",
    refuses: ({ claims }) => !isPresent(own(claims, "sub")),
  },
  {
    reason: "subject_malformed",
    refuses: ({ claims }) => {
      const subject = own(claims, "sub");
      return typeof subject !== "string" || !SUBJECT.test(subject);
    },
  },
  {
    reason: "claim_malformed",
    refuses: ({ claims, rules }) => {
      const scope = scopeOf(claims);
      const permissions = permissionsOf(claims);
      const organization = own(claims, "org_id");
      return (
        typeof scope !== "string" ||
        !SCOPE.test(scope) ||
        !Array.isArray(permissions) ||
        !permissions.every((permission) => typeof permission === "string") ||
        // Where org_id names the tenant, the rules for that speak.
        (rules.tenantClaim !== "org_id" &&
          organization !== undefined &&
          !isIdentifier(organization))
      );
    },
  },
  {
    reason: "client_mismatch",
    refuses: ({ claims }) =>
      Object.hasOwn(claims, "azp") &&
      Object.hasOwn(claims, "client_id") &&
      claims["azp"] !== claims["client_id"],
  },
  {
    reason: "tenant_claim_missing",
    refuses: (candidate) => !isPresent(tenantKeyOf(candidate)),
  },
  {
    reason: "tenant_claim_malformed",
    refuses: (candidate) => !isIdentifier(tenantKeyOf(candidate)),
  },
  {
    // Only where another claim names the tenant; with azp the two rules above have spoken.
    reason: "client_missing",
    refuses: (candidate) => !isIdentifier(clientOf(candidate)),
  },
];

/**
 * Judges verified claims and picks what the decision needs.
 *
 * @param now epoch seconds
 */
export function judgeClaims(
  claims: JsonObject,
  token: { readonly type: TokenType; readonly issuer: string },
  now: number,
  rules: ClaimRules,
): Result<AccessToken, UnauthenticatedReason> {
  const candidate: Candidate = { claims, type: token.type, now, rules };
  const broken = CLAIM_RULES.find((rule) => rule.refuses(candidate));
  if (broken !== undefined) return refused(broken.reason);

  // The casts repeat what the rules above have established.
  const scope = scopeOf(claims) as string;
  const permissions = permissionsOf(claims) as readonly string[];
  return good({
    issuer: token.issuer,
    subject: own(claims, "sub") as string,
    clientId: clientOf(candidate) as string,
    tenantKey: tenantKeyOf(candidate) as string,
    issuedAt: own(claims, "iat") as number,
    expiresAt: own(claims, "exp") as number,
    scope: scope === "" ? undefined : scope,
    grants: new Set([...scope.split(" "), ...permissions]),
    organizationId: own(claims, "org_id") as string | undefined,
    claims,
  });
}
