/**
 * A token as the issuer would give it to a tenant whose record is all that is known: it says what the record asks
 * for, so that only the record can be at fault. Signed by nobody; it goes no further than this process.
 */
import type { RecordRules } from "../../../lambda/core/tenant-record.ts";
import type { Row } from "../records/row.ts";

export interface StandInToken {
  readonly authorization: string;
  /** What is taken for granted of a real one. */
  readonly assumptions: readonly string[];
}

const LIFETIME_SECONDS = 3_600;

/** @param now epoch seconds */
export function buildStandInToken(
  { key, tenant }: Row,
  scopes: readonly string[],
  rules: RecordRules,
  now: number,
): StandInToken {
  const [anyIssuer = "https://issuer.invalid/"] = rules.issuers;
  const required = (tenant?.require ?? []).map(
    ({ claim, anyOf: [value] }) => [claim, value] as const,
  );
  const issuedAt = Math.floor(now);
  const claims = {
    sub: "stand-in",
    azp: "stand-in",
    ...Object.fromEntries(required),
    iss: tenant?.issuer ?? anyIssuer,
    [rules.tenantClaim]: key,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_SECONDS,
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
  };
  const header = { alg: "RS256", typ: "JWT", kid: "stand-in" };
  return {
    authorization: `Bearer ${encode(header)}.${encode(claims)}.AA`,
    assumptions: [
      scopes.length > 0
        ? `the token holds ${scopes.join(", ")}`
        : "the token holds no scope and no permission (give --scopes)",
      "it is valid, and was issued now",
      ...required.map(([claim, value]) => `its ${claim} is ${String(value)}`),
    ],
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
