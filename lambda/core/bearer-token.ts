/**
 * The raw checks: what can be said against a token before its signature is verified. Nothing read here is
 * trusted, logged or used as a cache key; it may only refuse. They cost no I/O, so a hostile request is cheap.
 */
import {
  type JsonObject,
  isShallow,
  own,
  ownOr,
  parseJsonObject,
} from "./json.ts";
import type { UnauthenticatedReason } from "./reasons.ts";
import { type Result, good, refused } from "./result.ts";

/** All of a request's headers may hold 10,240 bytes at API Gateway; a token that takes 8,192 is not one of ours. */
const MAX_TOKEN_BYTES = 8_192;
const SCHEME = /^bearer /i;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** A key id is looked up, so it is plain: printable ASCII without spaces, and short. */
const KID = /^[\x21-\x7e]{1,128}$/;
/** The last second a JavaScript Date can hold; beyond it libraries throw where they should refuse. */
const MAX_NUMERIC_DATE = 8.64e12;
const TIME_CLAIMS = ["exp", "iat", "nbf"] as const;

export type TokenType = "JWT" | "at+jwt";

/** A token that is well formed and claims one of our issuers. Nobody has vouched for it yet. */
export interface UnverifiedToken {
  /** The compact serialization, in its one canonical spelling (RFC 7515 §3.1). */
  readonly token: string;
  readonly kid: string;
  readonly type: TokenType;
  readonly issuer: string;
  /** Tells the header's value from every other, for whoever has to remember it; `undefined` where nobody has made one. */
  readonly digest?: string | undefined;
}

/**
 * Reads the value of an `Authorization` header (RFC 6750 §2.1) as far as it can be judged without a key.
 *
 * @param authorization the header's whole value: `Bearer <JWT>`, the scheme in any letter case, one space
 * @param issuers the issuers whose tokens may go on, spelled exactly as in `iss`
 */
export function parseBearerToken(
  authorization: string,
  issuers: ReadonlySet<string>,
): Result<UnverifiedToken, UnauthenticatedReason> {
  if (!SCHEME.test(authorization)) return refused("authorization_malformed");
  const token = authorization.slice("Bearer ".length);
  if (token.length > MAX_TOKEN_BYTES) return refused("token_too_large");

  const parts = token.split(".", 6);
  if (parts.length === 5) return refused("token_encrypted");
  const [headerPart, payloadPart, signaturePart] = parts;
  if (
    parts.length !== 3 ||
    headerPart === undefined ||
    payloadPart === undefined ||
    signaturePart === undefined
  ) {
    return refused("token_malformed");
  }
  if (
    !isCanonicalBase64Url(headerPart) ||
    !isCanonicalBase64Url(payloadPart) ||
    !isCanonicalBase64Url(signaturePart)
  ) {
    return refused("token_not_canonical");
  }

  const header = parseJsonObject(Buffer.from(headerPart, "base64url"));
  const payload = parseJsonObject(Buffer.from(payloadPart, "base64url"));
  if (header === undefined || payload === undefined) {
    return refused("token_malformed");
  }
  if (!isShallow(header) || !isShallow(payload)) {
    return refused("json_too_deep");
  }

  if (own(header, "alg") !== "RS256") return refused("algorithm_not_allowed");
  const type = ownOr(header, "typ", "JWT");
  if (type !== "JWT" && type !== "at+jwt") return refused("type_not_allowed");
  // RFC 7515 §4.1.11 and RFC 7797 §3: what is critical and not understood must be refused.
  if (Object.hasOwn(header, "crit") || Object.hasOwn(header, "b64")) {
    return refused("critical_header");
  }
  const kid = own(header, "kid");
  if (typeof kid !== "string" || !KID.test(kid)) {
    return refused("kid_malformed");
  }

  const issuer = own(payload, "iss");
  if (typeof issuer !== "string" || !issuers.has(issuer)) {
    return refused("issuer_not_allowed");
  }
  if (!hasReadableTimes(payload)) return refused("time_claim_malformed");
  return good({ token, kid, type, issuer });
}

/**
 * Whether the text is the one spelling of its bytes: no padding, no impossible length, and the bits that the
 * last character does not need are zero (RFC 4648 §3.5). Otherwise one token has many spellings, each of which
 * the gateway caches apart.
 */
function isCanonicalBase64Url(part: string): boolean {
  if (!BASE64URL.test(part)) return false;
  const rest = part.length % 4;
  if (rest === 0) return true;
  if (rest === 1) return false;
  const last = part.charAt(part.length - 1);
  return rest === 2 ? "AQgw".includes(last) : "AEIMQUYcgkosw048".includes(last);
}

function hasReadableTimes(payload: JsonObject): boolean {
  return TIME_CLAIMS.every((name) => {
    if (!Object.hasOwn(payload, name)) return true;
    const seconds = payload[name];
    return typeof seconds === "number" && Math.abs(seconds) <= MAX_NUMERIC_DATE;
  });
}
