/** Tokens with one thing wrong, for seeing what becomes of them. */
import type { Spoil } from "../api.ts";

type Claims = Readonly<Record<string, unknown>>;

const HOUR = 3_600;

/** Claims that are wrong under a signature that is right. */
const CLAIMS: Partial<
  Record<Spoil, (clientId: string, nowSeconds: number) => Claims>
> = {
  expired: (_clientId, now) => ({ iat: now - 2 * HOUR, exp: now - HOUR }),
  other_audience: () => ({ aud: "https://another-api.example.test" }),
  // As Auth0 writes one: for the application and not for an API (OpenID Connect Core §2).
  id_token: (clientId) => ({
    aud: clientId,
    nonce: "n-0S6_WzA2Mj",
    azp: undefined,
    gty: undefined,
    permissions: undefined,
  }),
};

export function spoilClaims(
  spoil: Spoil | undefined,
  clientId: string,
  nowSeconds: number,
): Claims {
  const claims = spoil && CLAIMS[spoil];
  return claims?.(clientId, nowSeconds) ?? {};
}

type Parts = readonly [header: string, claims: string, signature: string];

/** What is done to a token once it is signed. */
const CHANGES: Partial<Record<Spoil, (...parts: Parts) => string | undefined>> =
  {
    // Its first character: the last one also holds bits that mean nothing.
    tampered_signature: (header, claims, signature) =>
      `${header}.${claims}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
    alg_none: (_header, claims, signature) =>
      `${encode({ alg: "none", typ: "JWT" })}.${claims}.${signature}`,
    nonsense: () => "nonsense",
    no_token: () => undefined,
  };

/** @returns `undefined` for no token at all */
export function spoilToken(
  spoil: Spoil | undefined,
  token: string,
): string | undefined {
  const change = spoil && CHANGES[spoil];
  if (change === undefined) return token;
  const [header = "", claims = "", signature = ""] = token.split(".");
  return change(header, claims, signature);
}

function encode(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString("base64url");
}
