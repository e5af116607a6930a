/** What the oracle makes of a good token: section 3, "Tenant record" and "Result". */
import { clientOf } from "./oracle-claims.ts";
import type { Claims } from "./oracle-raw.ts";
import type { Deployment, Row } from "./world.ts";

/** What the backend must be told. */
export interface Identity {
  readonly tenantId: string;
  readonly clientId: string;
  readonly subject: string;
  readonly scope: string | undefined;
  readonly organizationId: string | undefined;
}

/** Whether the tenant may enter, and what the backend is told. */
export function decide(
  header: Claims,
  payload: Claims,
  { tenantClaim, rows, clockToleranceSeconds }: Deployment,
  now: number,
): {
  readonly outcome: "allow" | "forbid";
  readonly reason: string | undefined;
  readonly identity: Identity;
  readonly endsAt: number;
} {
  const clientId = String(clientOf(header, payload));
  const tenantKey = tenantClaim === "azp" ? clientId : payload.get(tenantClaim);
  const row = rows.find(({ key }) => key === tenantKey);
  const scope = payload.get("scope");
  const organizationId = payload.get("org_id");
  const reason = whyForbidden(row, payload, now);
  return {
    outcome: reason === undefined ? "allow" : "forbid",
    reason,
    identity: {
      tenantId: row?.tenantId ?? "-",
      clientId,
      subject: String(payload.get("sub")),
      scope: scope === "" ? undefined : (scope as string | undefined),
      organizationId: organizationId as string | undefined,
    },
    endsAt: Math.min(
      endOf(Number(payload.get("exp")), clockToleranceSeconds, now),
      row?.expiresAt ?? Infinity,
    ),
  };
}

function whyForbidden(
  row: Row | undefined,
  payload: Claims,
  now: number,
): string | undefined {
  if (row === undefined) return "tenant_not_found";
  if (row.expiresAt !== undefined && now >= row.expiresAt)
    return "tenant_expired";
  if (row.issuer !== undefined && row.issuer !== payload.get("iss"))
    return "issuer_mismatch";
  if (row.status === "suspended") return "tenant_suspended";
  if (Number(payload.get("iat")) < (row.tokensValidAfter ?? -Infinity))
    return "token_revoked";
  const isBound = Object.entries(row.require ?? {}).every(
    ([claim, expected]) => payload.get(claim) === expected,
  );
  if (!isBound) return "binding_rule_failed";
  const granted = [
    ...[payload.get("scope")]
      .filter((scope) => typeof scope === "string")
      .flatMap((scope) => scope.split(" ")),
    ...[payload.get("permissions")].flat(),
  ];
  if (row.routeScope !== undefined && !granted.includes(row.routeScope)) {
    return "route_not_granted";
  }
  return undefined;
}

/** The token's end; once its last whole second has begun, the end of the tolerance. */
function endOf(exp: number, tolerance: number, now: number): number {
  return now < Math.floor(exp) ? exp : exp + tolerance;
}
