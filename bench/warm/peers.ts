/** What the warm decision is measured against: the limit, and how others verify the same tokens. */
import { createPublicKey, verify } from "node:crypto";
import { JwtVerifier } from "aws-jwt-verify";
import { createVerifier } from "fast-jwt";
import { createLocalJWKSet, jwtVerify } from "jose";
import jsonwebtoken from "jsonwebtoken";
import { JwksClient } from "jwks-rsa";
import { AUDIENCE, type PublicJwk } from "../../test/support/tokens.ts";
import type { PreparedToken } from "./tokens.ts";

export interface Peer {
  readonly name: string;
  readonly verify: (token: PreparedToken) => unknown;
}

export const PEER_PACKAGES = [
  "aws-jwt-verify",
  "jose",
  "jsonwebtoken",
  "jwks-rsa",
  "fast-jwt",
] as const;

/** @param jwk the issuer's only key; nothing is fetched while tokens are verified */
export function createPeers(issuer: string, jwk: PublicJwk): readonly Peer[] {
  return [
    { name: "crypto.verify", verify: rawVerify(jwk) },
    { name: "aws-jwt-verify", verify: withAwsJwtVerify(issuer, jwk) },
    { name: "jose", verify: withJose(issuer, jwk) },
    { name: "jsonwebtoken + jwks-rsa", verify: asInTheSample(issuer, jwk) },
    { name: "fast-jwt", verify: withFastJwt(issuer, jwk) },
  ];
}

/** The signature and nothing else: no decoding, no claim. Nobody can be faster who verifies. */
function rawVerify(jwk: PublicJwk): Peer["verify"] {
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return ({ signingInput, signature }) => {
    if (!verify("sha256", signingInput, key, signature)) {
      throw new Error("the signature does not verify");
    }
  };
}

function withAwsJwtVerify(issuer: string, jwk: PublicJwk): Peer["verify"] {
  const jwksUri = `${issuer}.well-known/jwks.json`;
  const verifier = JwtVerifier.create({ issuer, audience: AUDIENCE, jwksUri });
  const { kty, kid, use, alg, n, e } = jwk;
  verifier.cacheJwks({ keys: [{ kty, kid, use, alg, n, e }] });
  return ({ token }) => verifier.verifySync(token);
}

function withJose(issuer: string, jwk: PublicJwk): Peer["verify"] {
  const keys = createLocalJWKSet({ keys: [jwk] });
  const options = { issuer, audience: AUDIENCE, algorithms: ["RS256"] };
  return ({ token }) => jwtVerify(token, keys, options);
}

/**
 * The widely copied Auth0 Lambda sample, in our words: decode for the `kid`, take the key from the client's cache
 * as PEM, verify, compare the application. Its policy and a read of the tenant's record are left out.
 */
function asInTheSample(issuer: string, jwk: PublicJwk): Peer["verify"] {
  const client = new JwksClient({
    jwksUri: `${issuer}.well-known/jwks.json`,
    cache: true,
    rateLimit: true,
    jwksRequestsPerMinute: 10,
    fetcher: () => Promise.resolve({ keys: [jwk] }),
  });
  return async ({ token }) => {
    const decoded = jsonwebtoken.decode(token, { complete: true });
    const key = await client.getSigningKey(decoded?.header.kid);
    const claims = jsonwebtoken.verify(token, key.getPublicKey(), {
      issuer,
      audience: AUDIENCE,
    });
    if (typeof claims === "string" || typeof claims["azp"] !== "string") {
      throw new Error("the token names no application");
    }
    return claims;
  };
}

function withFastJwt(issuer: string, jwk: PublicJwk): Peer["verify"] {
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const verifyToken = createVerifier({
    key: key.export({ type: "spki", format: "pem" }).toString(),
    algorithms: ["RS256"],
    allowedIss: issuer,
    allowedAud: AUDIENCE,
    cache: false,
  });
  return ({ token }) => verifyToken(token) as unknown;
}
