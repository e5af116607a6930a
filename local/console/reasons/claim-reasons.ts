/** 401 once there are keys: the signature, and what the claims say. */
import { reasonsAt, type Reasons } from "./reason.ts";

export const SIGNATURE_REASONS: Reasons = reasonsAt(401, "signature", {
  kid_unknown: [
    "the issuer publishes no usable key with this kid",
    "The key was revoked, or is not this issuer’s. Get a new token; after a rotation the new key is found by itself.",
  ],
  signature_invalid: [
    "the signature does not fit the key",
    "Header, claims or signature were changed after signing. Get a new token, and send it unchanged.",
  ],
});

export const CLAIM_REASONS: Reasons = reasonsAt(401, "claims", {
  claim_malformed: [
    "a registered claim has the wrong type or characters",
    "Look at what an Auth0 Action writes into scope, permissions or org_id.",
  ],
  audience_mismatch: [
    "aud names none of the configured audiences",
    "The token was issued for another API, or is an ID token. Ask Auth0 with this API’s identifier as audience.",
  ],
  token_expired: ["exp has passed", "Get a new token."],
  token_not_yet_valid: [
    "nbf lies in the future",
    "Wait, or correct the clock of whoever issued it.",
  ],
  id_token: [
    "nonce, at_hash or c_hash is present: an ID token",
    "Send the access token. The ID token is for the application alone.",
  ],
  sender_constrained: [
    "cnf is present: a DPoP or mTLS token, whose proof we cannot see",
    "Switch sender constraining off for this API: a TOKEN authorizer sees nothing but the token.",
  ],
  expiry_missing: ["exp is missing", "Send a token that Auth0 issued."],
  issued_at_missing: ["iat is missing", "Send a token that Auth0 issued."],
  lifetime_not_allowed: [
    "exp - iat is not positive or exceeds the maximum",
    "Shorten the token lifetime of the API in Auth0, or raise MAX_TOKEN_LIFETIME_SECONDS.",
  ],
  issued_in_future: [
    "iat lies in the future",
    "Correct the clock of whoever issued it.",
  ],
  subject_missing: [
    "sub is missing or empty",
    "Send a token that Auth0 issued.",
  ],
  subject_malformed: [
    "sub is longer than 255 or not printable ASCII",
    "Look at how the connection names its users.",
  ],
  client_mismatch: [
    "azp and client_id differ",
    "Look at what an Auth0 Action writes: the two name one application.",
  ],
  client_missing: [
    "the token does not name its application",
    "Send a token that Auth0 issued to an application.",
  ],
  tenant_claim_missing: [
    "the claim that names the tenant is missing or empty",
    "The user signed in without an organization, or the Action that writes the claim did not run.",
  ],
  tenant_claim_malformed: [
    "the claim that names the tenant is outside its grammar",
    "Look at what writes the claim: letters, digits and _ . | : @ / - are allowed, 256 at most.",
  ],
});
