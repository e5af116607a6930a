/**
 * Every reason the authorizer can give, by outcome. Codes are API: they are logged, shown to clients of a 403,
 * tested, and listed in the README. Add, never rename.
 */

/** Something is wrong with the token: the gateway answers 401. Not cached. */
export const UNAUTHENTICATED_REASONS = {
  authorization_malformed:
    "the header is not the Bearer scheme, one space and a token",
  token_too_large: "the token is longer than 8,192 bytes",
  token_malformed:
    "the token does not have three parts, or header or payload is not a JSON object in UTF-8",
  token_encrypted: "the token has five parts: a JWE, which we cannot read",
  token_not_canonical: "a part is not base64url in its one canonical spelling",
  json_too_deep: "header or payload nests deeper than 64 levels",
  algorithm_not_allowed: "the header's alg is not RS256, or not the key's",
  type_not_allowed: "the header's typ is neither absent, JWT nor at+jwt",
  kid_malformed: "the header's kid is missing or not a plain short string",
  critical_header: "the header carries crit or b64, which we do not implement",
  issuer_not_allowed: "iss is not one of the configured issuers",
  time_claim_malformed: "exp, iat or nbf is not a date",
  kid_unknown: "the issuer publishes no usable key with this kid",
  signature_invalid: "the signature does not fit the key",
  claim_malformed: "a registered claim has the wrong type or characters",
  audience_mismatch: "aud names none of the configured audiences",
  token_expired: "exp has passed",
  token_not_yet_valid: "nbf lies in the future",
  id_token: "nonce, at_hash or c_hash is present: an ID token",
  sender_constrained:
    "cnf is present: a DPoP or mTLS token, whose proof we cannot see",
  expiry_missing: "exp is missing",
  issued_at_missing: "iat is missing",
  lifetime_not_allowed: "exp - iat is not positive or exceeds the maximum",
  issued_in_future: "iat lies in the future",
  subject_missing: "sub is missing or empty",
  subject_malformed: "sub is longer than 255 or not printable ASCII",
  client_mismatch: "azp and client_id differ",
  client_missing: "the token does not name its application",
  tenant_claim_missing: "the claim that names the tenant is missing or empty",
  tenant_claim_malformed:
    "the claim that names the tenant is outside its grammar",
} as const;

/** The token is good, but its bearer may not enter: the gateway answers 403 with the reason. Cached. */
export const FORBID_REASONS = {
  tenant_not_found: "no record for this application, organization or value",
  tenant_suspended: "the record's status is suspended",
  tenant_expired: "the record's expiresAt has passed",
  issuer_mismatch: "the record belongs to another issuer",
  token_revoked: "the token was issued before the record's tokensValidAfter",
  binding_rule_failed: "a rule under the record's require does not hold",
  route_not_granted:
    "no route is granted to this token, or not the one requested",
} as const;

/** We cannot say: the gateway answers 503. Not cached. */
export const COULD_NOT_TELL_REASONS = {
  event_malformed: "the event is not a TOKEN authorizer event of a REST API",
  keys_unavailable:
    "no usable signing keys, or a new kid while none can be fetched",
  table_unavailable: "the tenant table did not answer in time, or refused",
  record_broken: "the tenant's record breaks its grammar or the policy budget",
  internal_error: "a fault of ours; the log line carries where",
} as const;

export type UnauthenticatedReason = keyof typeof UNAUTHENTICATED_REASONS;
export type ForbidReason = keyof typeof FORBID_REASONS;
export type CouldNotTellReason = keyof typeof COULD_NOT_TELL_REASONS;
