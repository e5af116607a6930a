/** Tokens signed beforehand, no two alike: a cache of verified tokens must find none of them twice. */
import {
  accessTokenClaims,
  encodePart,
  signInput,
  signingKey,
} from "../../test/support/tokens.ts";

export interface PreparedToken {
  readonly token: string;
  readonly authorization: string;
  /** What the raw verification is given: no decoding is timed there. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

let signed = 0;

/** An access token of Auth0's own profile for this application, of a subject that no other token has. */
export function prepareToken(issuer: string, azp: string): PreparedToken {
  signed += 1;
  const iat = Math.floor(Date.now() / 1_000) - 60;
  const claims = accessTokenClaims({
    iss: issuer,
    sub: `auth0|${String(signed).padStart(24, "0")}`,
    azp,
    iat,
    exp: iat + 86_400,
    scope: "openid profile email read:orders write:orders",
  });
  const input = `${HEADER}.${encodePart(claims)}`;
  const token = signInput(input);
  return {
    token,
    authorization: `Bearer ${token}`,
    signingInput: Buffer.from(input),
    signature: Buffer.from(token.slice(input.length + 1), "base64url"),
  };
}

/** The same token in a string of its own, as each event brings it: nothing about it has been computed yet. */
export function copyOf(prepared: PreparedToken): PreparedToken {
  const authorization = Buffer.from(prepared.authorization).toString("latin1");
  return { ...prepared, authorization };
}

const HEADER = encodePart({ alg: "RS256", typ: "JWT", kid: signingKey().kid });
