/** The oracle's third stage: section 4, "then ours". */
import { type Claims, isPlain } from "./oracle-raw.ts";
import type { Deployment } from "./world.ts";

/** Every reason to refuse verified claims; none for a good token. */
export function judgeClaims(
  header: Claims,
  payload: Claims,
  deployment: Deployment,
  now: number,
): readonly string[] {
  const {
    tenantClaim,
    clockToleranceSeconds: tolerance,
    maxTokenLifetimeSeconds: longest,
  } = deployment;
  const reasons: string[] = [];
  const exp = payload.get("exp");
  const iat = payload.get("iat");
  if (typeof exp !== "number") reasons.push("expiry_missing");
  if (typeof iat !== "number") reasons.push("issued_at_missing");
  if (typeof exp === "number" && typeof iat === "number") {
    if (exp - iat > longest) reasons.push("lifetime_not_allowed");
    if (iat - tolerance > now) reasons.push("issued_in_future");
  }
  const sub = payload.get("sub") ?? "";
  if (sub === "") reasons.push("subject_missing");
  else if (
    typeof sub !== "string" ||
    sub.length > 255 ||
    !isPlain(sub.replaceAll(" ", ""))
  ) {
    reasons.push("subject_malformed");
  }
  if (["nonce", "at_hash", "c_hash"].some((name) => payload.has(name))) {
    reasons.push("id_token");
  }
  if (payload.has("cnf")) reasons.push("sender_constrained");
  if (
    payload.has("azp") &&
    payload.has("client_id") &&
    payload.get("azp") !== payload.get("client_id")
  ) {
    reasons.push("client_mismatch");
  }
  const clientId = clientOf(header, payload);
  const tenantKey = tenantClaim === "azp" ? clientId : payload.get(tenantClaim);
  // A null is as good as nothing, and no identifier either.
  if ((tenantKey ?? "") === "") reasons.push("tenant_claim_missing");
  if (!isIdentifier(tenantKey)) reasons.push("tenant_claim_malformed");
  if (!isIdentifier(clientId)) reasons.push("client_missing");
  return reasons;
}

/** "client_id standing in for azp when typ is at+jwt". */
export function clientOf(header: Claims, payload: Claims): unknown {
  return payload.has("azp") || header.get("typ") !== "at+jwt"
    ? payload.get("azp")
    : payload.get("client_id");
}

/** "an own non-empty string ≤ 256 of [A-Za-z0-9_.|:@/-]" */
function isIdentifier(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length > 0 &&
    value.length <= 256 &&
    Array.from(value).every(
      (sign) => /[A-Za-z0-9]/.test(sign) || "_.|:@/-".includes(sign),
    )
  );
}
