/**
 * The optional second line of defence: the token, which the gateway passes on, is verified once more, and must be
 * that of the caller whom the tenant headers name. What it does not give is in docs/backends.md.
 *
 * With jose: one call says all that is asked of a token (aws-jwt-verify, which the gateway's authorizer uses, would need
 * the algorithm and `exp` checked beside it), and a fault in one of the two libraries is not a fault in both.
 */
import type { Request, RequestHandler } from "express";
import {
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";
import { refuse, type LogRefusal, type Refusal } from "./refusal.ts";
import { findAlike, type Tenant } from "./tenant-headers.ts";
import { tenantOf } from "./tenant.ts";

export interface SecondLineSettings {
  /** Exactly as in `iss`, with the slash at the end. */
  readonly issuer: string;
  readonly audience: string;
}

export function requireToken(
  { issuer, audience }: SecondLineSettings,
  log: LogRefusal,
): RequestHandler {
  const getKey = createKeys(issuer);

  const findRefusal = async (
    request: Request,
  ): Promise<Refusal | undefined> => {
    const token = readBearer(request.rawHeaders);
    if (token === undefined) return "token_missing";
    try {
      const { payload } = await jwtVerify(token, getKey, {
        issuer,
        audience,
        algorithms: ["RS256"],
        requiredClaims: ["exp", "sub"],
        clockTolerance: 5,
      });
      return isCaller(payload, tenantOf(request))
        ? undefined
        : "token_mismatch";
    } catch (error) {
      if (error instanceof KeysUnavailable) return "keys_unavailable";
      if (error instanceof errors.JOSEError) return "token_refused";
      throw error;
    }
  };

  return async (request, response, next) => {
    const reason = await findRefusal(request);
    if (reason !== undefined) return refuse(response, reason, log);
    next();
  };
}

/** One token, or none: of two Authorization headers the gateway may have judged the other. */
function readBearer(rawHeaders: readonly string[]): string | undefined {
  const [only, ...others] = findAlike(rawHeaders, "authorization");
  if (others.length > 0) return undefined;
  return /^Bearer ([\w.-]+)$/i.exec(only?.value ?? "")?.[1];
}

/** `client_id` is the application's name in the RFC 9068 profile, which has no `azp`. */
function isCaller(claims: JWTPayload, { clientId, subject }: Tenant): boolean {
  const client = claims["azp"] ?? claims["client_id"];
  return client === clientId && claims.sub === subject;
}

/** The keys could not be asked: nothing is known about the token. */
class KeysUnavailable extends Error {
  readonly code = "keys_unavailable";
}

function createKeys(issuer: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(".well-known/jwks.json", issuer), {
    timeoutDuration: 1_500,
    // Whoever makes up key ids causes one fetch per ten seconds at most.
    cooldownDuration: 10_000,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      // The set was there, and the token names no key of it, or no single one.
      if (
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys
      ) {
        throw error;
      }
      throw new KeysUnavailable("the key set cannot be fetched", {
        cause: error,
      });
    }
  };
}
