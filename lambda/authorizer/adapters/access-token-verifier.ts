/** Verifies signature, iss, aud, exp and nbf with aws-jwt-verify, over our own key sets. */
import { JwtVerifier } from "aws-jwt-verify";
import {
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  JwtParseError,
} from "aws-jwt-verify/error";
import type { JwksCache } from "aws-jwt-verify/jwk";
import type { VerifyAccessToken } from "../../core/authorize.ts";
import type { JsonObject } from "../../core/json.ts";
import type { UnauthenticatedReason } from "../../core/reasons.ts";
import { good, refused } from "../../core/result.ts";
import { digestOf } from "./digest.ts";
import type { VerificationKey } from "./key-set.ts";
import type { KeySets } from "./key-sets.ts";
import {
  MAX_VERIFIED_TOKENS,
  type VerifiedTokens,
  createVerifiedTokens,
} from "./verified-tokens.ts";

export interface AccessTokenVerifierOptions {
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
}

/** Errors that say something about the token. Any other says something about us, and is thrown on. */
const REASONS: readonly (readonly [
  new (...args: never[]) => Error,
  UnauthenticatedReason,
])[] = [
  [JwtInvalidSignatureError, "signature_invalid"],
  [JwtInvalidSignatureAlgorithmError, "algorithm_not_allowed"],
  [JwtInvalidIssuerError, "issuer_not_allowed"],
  [JwtInvalidAudienceError, "audience_mismatch"],
  [JwtExpiredError, "token_expired"],
  [JwtNotBeforeError, "token_not_yet_valid"],
  [JwtParseError, "claim_malformed"],
];

export function jwksUriOf(issuer: string): string {
  return `${issuer}.well-known/jwks.json`;
}

export function createAccessTokenVerifier(
  { issuers, audiences, clockToleranceSeconds }: AccessTokenVerifierOptions,
  keySets: KeySets,
  now: () => number,
): VerifyAccessToken {
  /**
   * One library verifier per key. The library keeps the key objects it makes for ever, by issuer and kid: here
   * they go when the key's set goes, and a kid whose key has changed is a key of its own. With them goes what they
   * have verified.
   */
  const verifiers = new WeakMap<VerificationKey, Verifier>();

  function verifierFor(issuer: string, key: VerificationKey): Verifier {
    const known = verifiers.get(key);
    if (known !== undefined) return known;
    const library: LibraryVerifier = JwtVerifier.create(
      {
        issuer,
        audience: [...audiences],
        jwksUri: jwksUriOf(issuer),
        graceSeconds: clockToleranceSeconds,
      },
      { jwksCache: cacheOf(key) },
    );
    const verifier = {
      library,
      verified: createVerifiedTokens(MAX_VERIFIED_TOKENS),
    };
    verifiers.set(key, verifier);
    return verifier;
  }

  return async ({ token, kid, issuer, digest = digestOf(token) }) => {
    if (!issuers.includes(issuer)) return refused("issuer_not_allowed");
    const found = await keySets.findKey(jwksUriOf(issuer), kid);
    if (found === undefined) return refused("kid_unknown");
    try {
      const { key, keySetAgeSeconds, recheck } = found;
      const claims = verify(verifierFor(issuer, key), { token, digest }, now());
      return good({ claims, keySetAgeSeconds, recheck });
    } catch (error) {
      const known = REASONS.find(([type]) => error instanceof type);
      if (known === undefined) throw error;
      return refused(known[1]);
    }
  };
}

/** @throws the library's errors */
function verify(
  { library, verified }: Verifier,
  { token, digest }: { readonly token: string; readonly digest: string },
  nowMs: number,
): JsonObject {
  const known = verified.find(digest, nowMs);
  if (known !== undefined) return known;
  const claims = library.verifySync(token);
  verified.keep(digest, claims, nowMs);
  return claims;
}

interface Verifier {
  readonly library: LibraryVerifier;
  readonly verified: VerifiedTokens;
}

interface LibraryVerifier {
  readonly verifySync: (token: string) => JsonObject;
}

/**
 * The library's view of our key sets. The key is found before the library is asked, so that keys are fetched
 * only for well-formed tokens of our issuers; the library has nothing left to fetch.
 */
function cacheOf(key: VerificationKey): JwksCache {
  return {
    getCachedJwk: () => key,
    getJwk: fetchesNothing,
    getJwks: fetchesNothing,
    addJwks: fetchesNothing,
  };
}

/** What the library asks for in its other ways to verify. */
function fetchesNothing(): never {
  throw new Error("keys come from our own key sets alone");
}
