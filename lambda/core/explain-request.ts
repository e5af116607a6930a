/**
 * Why a tenant's policy opens a request to a token, or does not: the verdict is the compiled policy's, which is what
 * the gateway enforces, and the routes of the record say where it comes from.
 */
import type { StageArn } from "./method-arn.ts";
import {
  type PolicyVerdict,
  explainPolicy,
  formatMethodArn,
} from "./policy-explanation.ts";
import { buildDenyPolicy, compilePolicy } from "./policy.ts";
import { holdsScopes, matchesPath, matchesRoute } from "./route-coverage.ts";
import type { Method, Route } from "./routes.ts";
import type { Tenant } from "./tenant-record.ts";

export interface TenantRequest {
  readonly method: Method;
  /** As sent, without stage and query. */
  readonly path: string;
  /** What the token's `scope` and `permissions` hold. */
  readonly grants: ReadonlySet<string>;
}

export type RequestCause =
  | "granted"
  | "denied_by_route"
  /** A spelling that a backend could read as another path: dot segments, empty ones, backslashes, encodings, parameters. */
  | "hostile_path"
  | "scope_missing"
  | "method_not_granted"
  | "path_not_granted";

export interface RequestExplanation {
  readonly cause: RequestCause;
  readonly verdict: PolicyVerdict;
  /** The record's routes that bring the cause about; empty where no route has to do with it. */
  readonly routes: readonly Route[];
  /** What a token would have to hold in addition; of the route that asks for least. */
  readonly missingScopes: readonly string[];
}

/** @throws CouldNotTellError `record_broken` when the policy is over its budget */
export function explainRequest(
  tenant: Tenant,
  stage: StageArn,
  { method, path, grants }: TenantRequest,
): RequestExplanation {
  const document =
    compilePolicy(tenant, stage).build(grants, undefined) ??
    buildDenyPolicy(stage);
  const verdict = explainPolicy(document, formatMethodArn(stage, method, path));
  const matching = tenant.routes.filter((route) =>
    matchesRoute(route, method, path),
  );
  const denials = matching.filter(({ kind }) => kind === "denial");
  const explain = (
    cause: RequestCause,
    routes: readonly Route[] = [],
    missingScopes: readonly string[] = [],
  ): RequestExplanation => ({ cause, verdict, routes, missingScopes });
  // Only grants by the time it is read: the policy allows nothing that a denial matches.
  const held = matching.filter((route) => holdsScopes(route, grants));

  if (verdict.effect === "allow") return explain("granted", held);
  if (denials.length > 0) return explain("denied_by_route", denials);
  if (held.length > 0) return explain("hostile_path");
  if (matching.length > 0) {
    const [least] = matching
      .map(({ scopes }) => scopes.filter((scope) => !grants.has(scope)))
      .sort((a, b) => a.length - b.length);
    return explain("scope_missing", matching, least);
  }
  const elsewhere = tenant.routes.filter(
    (route) => route.kind === "grant" && matchesPath(route, path),
  );
  return elsewhere.length > 0
    ? explain("method_not_granted", elsewhere)
    : explain("path_not_granted");
}
