/** The oracle's second stage: jose. */
import { type JWTVerifyGetKey, errors, jwtVerify } from "jose";
import type { Claims } from "./oracle-raw.ts";
import type { Deployment } from "./world.ts";

/** "Then the library: signature, iss, aud, exp, nbf." */
export async function askJose(
  token: string,
  keySet: JWTVerifyGetKey,
  { issuers, audiences, clockToleranceSeconds }: Deployment,
  nowMs: number,
): Promise<string | undefined> {
  try {
    await jwtVerify(token, keySet, {
      algorithms: ["RS256"],
      issuer: [...issuers],
      audience: [...audiences],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(nowMs),
    });
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

const JOSE_REASONS: ReadonlyMap<string, string> = new Map([
  ["ERR_JWKS_NO_MATCHING_KEY", "kid_unknown"],
  ["ERR_JWKS_MULTIPLE_MATCHING_KEYS", "kid_ambiguous"],
  ["ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "signature_invalid"],
  ["ERR_JOSE_ALG_NOT_ALLOWED", "algorithm_not_allowed"],
  ["ERR_JOSE_NOT_SUPPORTED", "critical_header"],
  ["ERR_JWS_INVALID", "token_malformed"],
  ["ERR_JWT_INVALID", "token_malformed"],
  ["ERR_JWT_EXPIRED", "token_expired"],
]);

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "aud") return "audience_mismatch";
    if (error.claim === "iss") return "issuer_not_allowed";
    return error.reason === "check_failed"
      ? "token_not_yet_valid"
      : "time_claim_malformed";
  }
  if (error instanceof errors.JOSEError) {
    const reason = JOSE_REASONS.get(error.code);
    if (reason !== undefined) return reason;
  }
  // jose has no code for a key that is too short.
  if (error instanceof TypeError && error.message.includes("modulusLength")) {
    return "kid_unknown";
  }
  throw error;
}

/** jose names the first fault; of these there may be more. */
export const SEEN_BEHIND_THE_SIGNATURE: ReadonlySet<string> = new Set([
  "token_expired",
  "token_not_yet_valid",
  "audience_mismatch",
  "issuer_not_allowed",
]);

/** What jose would say of aud, exp and nbf, each asked by itself. */
export function judgeLibraryClaims(
  payload: Claims,
  { audiences, clockToleranceSeconds: tolerance }: Deployment,
  now: number,
): readonly string[] {
  const [exp, nbf] = ["exp", "nbf"].map((name) => payload.get(name));
  const reasons: string[] = [];
  if (typeof exp === "number" && now >= exp + tolerance) {
    reasons.push("token_expired");
  }
  if (typeof nbf === "number" && now < nbf - tolerance) {
    reasons.push("token_not_yet_valid");
  }
  if (
    ![payload.get("aud")]
      .flat()
      .some((aud) => audiences.some((ours) => ours === aud))
  ) {
    reasons.push("audience_mismatch");
  }
  return reasons;
}
