/** What an attack is: one change to a valid baseline, and the one right answer to it. */
import type {
  CouldNotTellReason,
  ForbidReason,
  UnauthenticatedReason,
} from "../../lambda/core/reasons.ts";
import type { PolicyVerdict } from "../support/policy-oracle.ts";
import type { Overrides } from "../support/tokens.ts";
import type { Deployment, DeploymentOptions } from "./deployment.ts";

export interface AttackGroup {
  readonly name: string;
  readonly attacks: readonly Attack[];
}

export interface Attack {
  /** A fact about the authorizer, so that a failure reads as the bug report. */
  readonly name: string;
  /**
   * `control`: a harmless neighbour of the attacks, which must pass, or their refusals prove nothing.
   * `limit`: something a lenient backend might be fooled by, and that we do not cover; docs/security.md says so.
   */
  readonly kind?: "control" | "limit";
  readonly deployment?: DeploymentOptions;
  /** What happens before the request: earlier requests, time, changes of keys and records. */
  readonly before?: (deployment: Deployment) => Promise<void> | void;
  /** The event, by its difference from the baseline's. */
  readonly event?: () => Overrides;
  /** Members that another library has left on `Object.prototype` while the request is answered. */
  readonly pollution?: Readonly<Record<string, unknown>>;
  readonly expected: Expected;
}

export type Expected =
  | AllowExpected
  | ForbidExpected
  | UnauthenticatedExpected
  | CouldNotTellExpected;

interface AllowExpected {
  readonly outcome: "allow";
  /** What the tests' own policy evaluator must say of `arn` under the returned policy. */
  readonly verdict: PolicyVerdict;
  /** The request that is judged; the event's own by default. */
  readonly arn?: string;
  /** Epoch seconds at which it is judged; the instant of the event by default. */
  readonly at?: number;
  /** The whole context, where it matters. */
  readonly context?: Readonly<Record<string, string | number | boolean>>;
  /** Whether globex's routes are meant to be open too; by default they must be shut. */
  readonly opensGlobex?: true;
}

interface ForbidExpected {
  readonly outcome: "forbid";
  readonly reason: ForbidReason;
}

interface UnauthenticatedExpected {
  readonly outcome: "unauthenticated";
  readonly reason: UnauthenticatedReason;
}

interface CouldNotTellExpected {
  readonly outcome: "could_not_tell";
  readonly reason: CouldNotTellReason;
  /** The record's attributes that the log must name. */
  readonly attributes?: readonly string[];
}

/** The token is good, and the request that brought it may go on. */
export const allowed: Expected = { outcome: "allow", verdict: "allow" };

export const allowedWith = (
  details: Partial<Omit<AllowExpected, "outcome">>,
): Expected => ({ outcome: "allow", verdict: "allow", ...details });

/** The token is good, but its policy does not cover the request. */
export const notGranted: Expected = {
  outcome: "allow",
  verdict: "implicit_deny",
};

/** The token is good, but its policy refuses the request by name. */
export const denied: Expected = { outcome: "allow", verdict: "explicit_deny" };

export const forbidden = (reason: ForbidReason): Expected => ({
  outcome: "forbid",
  reason,
});

export const refused = (reason: UnauthenticatedReason): Expected => ({
  outcome: "unauthenticated",
  reason,
});

export const couldNotTell = (
  reason: CouldNotTellReason,
  ...attributes: readonly string[]
): Expected => ({
  outcome: "could_not_tell",
  reason,
  ...(attributes.length > 0 && { attributes }),
});

/** What an attack may have beside its name and its expectation. */
export type AttackDetails = Omit<Attack, "name" | "expected">;

/** An attack by what follows `Bearer `. Lazy, because keys are made when the first attack runs. */
export function withToken(
  name: string,
  token: () => string,
  expected: Expected,
  details: AttackDetails = {},
): Attack {
  return withHeader(name, () => `Bearer ${token()}`, expected, details);
}

/** An attack by the whole `Authorization` header. */
export function withHeader(
  name: string,
  authorization: () => unknown,
  expected: Expected,
  details: AttackDetails = {},
): Attack {
  return {
    name,
    event: () => ({ authorizationToken: authorization() }),
    expected,
    ...details,
  };
}

/** The same attack as a positive control. */
export function control(attack: Attack): Attack {
  return { ...attack, kind: "control" };
}
