/** The answers of the authorizer, but for the one that cannot be given: that is thrown as a CouldNotTellError. */
import type { AccessToken } from "./claims.ts";
import type { PolicyDocument } from "./policy.ts";
import type { ForbidReason, UnauthenticatedReason } from "./reasons.ts";
import type { Tenant } from "./tenant-record.ts";

export interface Allow {
  readonly kind: "allow";
  readonly tenant: Tenant;
  readonly token: AccessToken;
  readonly policy: PolicyDocument;
  /** The policy's size for a token with every scope: no token's is larger. */
  readonly policyBytes: number;
  readonly ages: Ages;
  /**
   * The ages of key set and record as they are now, while both are still what the decision was made from; `undefined`
   * as soon as that takes a new look-up. Absent where nobody can say.
   */
  readonly recheck: (() => Ages | undefined) | undefined;
}

export interface Forbid {
  readonly kind: "forbid";
  readonly reason: ForbidReason;
  /** The record's attribute that decided, for the log: a name, never a value. */
  readonly attribute: string | undefined;
  /** `undefined` when no record was found. */
  readonly tenant: Tenant | undefined;
  readonly token: AccessToken;
  readonly policy: PolicyDocument;
  readonly ages: Ages;
}

export interface Unauthenticated {
  readonly kind: "unauthenticated";
  readonly reason: UnauthenticatedReason;
}

export type Decision = Allow | Forbid | Unauthenticated;

/** How old the cached things were that a decision was made from. */
export interface Ages {
  readonly keySetAgeSeconds: number;
  readonly recordAgeSeconds: number;
}
