/**
 * What the backend, the access log and the gateway's 403 learn of a decision. API Gateway takes flat scalars
 * only, and turns them into strings; some become headers, so all are printable ASCII.
 */
import type { Allow, Forbid } from "./decision.ts";
import type { Scalar } from "./tenant-record.ts";

export type AuthorizerContext = Readonly<Record<string, Scalar>>;

/** Stands where no tenant is known. Not a tenant id, and not empty: an empty mapped header may let the client's through. */
const NO_TENANT = "-";

export function buildContext(decision: Allow | Forbid): AuthorizerContext {
  const { tenant, token } = decision;
  return {
    ...(decision.kind === "allow" ? decision.tenant.context : {}),
    tenantId: tenant?.tenantId ?? NO_TENANT,
    clientId: token.clientId,
    subject: token.subject,
    // On an allow, what the gateway's 403 shows when the policy does not cover a request: its templates
    // substitute but cannot branch.
    denyReason:
      decision.kind === "forbid" ? decision.reason : "route_not_granted",
    ...optional("scope", token.scope),
    ...optional("organizationId", token.organizationId),
    ...optional("plan", tenant?.plan),
  };
}

function optional(name: string, value: Scalar | undefined): AuthorizerContext {
  return value === undefined ? {} : { [name]: value };
}
