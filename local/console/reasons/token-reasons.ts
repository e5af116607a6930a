/** 401 before a key is looked at: the header and the token's outer form. */
import { reasonsAt, type Reasons } from "./reason.ts";

export const TOKEN_REASONS: Reasons = reasonsAt(401, "token", {
  authorization_malformed: [
    "the header is not the Bearer scheme, one space and a token",
    "Send exactly “Authorization: Bearer”, one space, and the access token.",
  ],
  token_too_large: [
    "the token is longer than 8,192 bytes",
    "Take permissions or custom claims out of the token; API Gateway’s headers hold 10,240 bytes in all.",
  ],
  token_malformed: [
    "the token does not have three parts, or header or payload is not a JSON object in UTF-8",
    "What was sent is no JWT. An opaque token means that the client asked Auth0 without an audience.",
  ],
  token_encrypted: [
    "the token has five parts: a JWE, which we cannot read",
    "Switch token encryption off for this API in Auth0.",
  ],
  token_not_canonical: [
    "a part is not base64url in its one canonical spelling",
    "Something rewrote the token on its way. Send it as Auth0 issued it.",
  ],
  json_too_deep: [
    "header or payload nests deeper than 64 levels",
    "No token of Auth0’s looks like this: find out who sends it.",
  ],
  algorithm_not_allowed: [
    "the header's alg is not RS256, or not the key's",
    "Set the API’s signing algorithm in Auth0 to RS256. Where it is, somebody tries to get around the signature.",
  ],
  type_not_allowed: [
    "the header's typ is neither absent, JWT nor at+jwt",
    "Send an access token; this is another kind of JWT.",
  ],
  kid_malformed: [
    "the header's kid is missing or not a plain short string",
    "Send a token that Auth0 issued: its header names the key.",
  ],
  critical_header: [
    "the header carries crit or b64, which we do not implement",
    "Send a token that Auth0 issued: it needs neither.",
  ],
  issuer_not_allowed: [
    "iss is not one of the configured issuers",
    "The token comes from another Auth0 tenant or custom domain. Compare its iss with the deployment’s issuer, trailing slash included.",
  ],
  time_claim_malformed: [
    "exp, iat or nbf is not a date",
    "Send a token that Auth0 issued: its times are numbers of seconds.",
  ],
});
