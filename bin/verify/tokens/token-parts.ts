/** Taking a token apart and putting it together again. Nothing here verifies: it is what an attacker has in hand. */
import { randomUUID, sign, type KeyObject } from "node:crypto";
import {
  type JsonObject,
  own,
  parseJsonObject,
} from "../../../lambda/core/json.ts";
import { VerifyError } from "../verify-error.ts";

export interface TokenParts {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** As they stand in the token. */
  readonly text: {
    readonly header: string;
    readonly claims: string;
    readonly signature: string;
  };
}

/** @throws VerifyError `token_unreadable`, which repeats nothing of it */
export function readToken(token: string, what: string): TokenParts {
  const [header = "", claims = "", signature, ...rest] = token.split(".");
  const parsed = {
    header: parseJsonObject(Buffer.from(header, "base64url")),
    claims: parseJsonObject(Buffer.from(claims, "base64url")),
  };
  if (
    parsed.header === undefined ||
    parsed.claims === undefined ||
    signature === undefined ||
    rest.length > 0
  ) {
    throw new VerifyError(
      "token_unreadable",
      `${what} is not a JWT of three parts; an access token without an audience is opaque`,
    );
  }
  return {
    header: parsed.header,
    claims: parsed.claims,
    text: { header, claims, signature },
  };
}

/** Epoch seconds; `undefined` when the claim is missing or not a number. */
export function expiryOf({ claims }: TokenParts): number | undefined {
  const exp = own(claims, "exp");
  return typeof exp === "number" ? exp : undefined;
}

export function encodePart(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

/** The token's header and claims but for the overrides, and what makes a signature of them. */
export function assemble(
  parts: TokenParts,
  overrides: { readonly header?: object; readonly claims?: object },
  signature: (input: string) => string,
): string {
  const input = `${encodePart({ ...parts.header, ...overrides.header })}.${encodePart({ ...parts.claims, ...overrides.claims })}`;
  return `${input}.${signature(input)}`;
}

export const rs256 =
  (privateKey: KeyObject) =>
  (input: string): string =>
    sign("sha256", Buffer.from(input), privateKey).toString("base64url");

/** A claim that makes any two tokens differ. */
export const freshClaim = (): { readonly jti: string } => ({
  jti: randomUUID(),
});
