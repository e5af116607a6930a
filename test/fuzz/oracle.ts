/**
 * The side that is believed: jose for signature, iss, aud, exp and nbf, and the token rules of design.md section 4
 * written from its text, for reading and not for speed. It imports nothing of lambda/. Of a refusal it says every
 * reason of the first stage that fails, because the text orders the stages and not the rules within one.
 */
import { type JWK, createLocalJWKSet } from "jose";
import type { FuzzCase } from "./cases.ts";
import { judgeClaims } from "./oracle-claims.ts";
import {
  SEEN_BEHIND_THE_SIGNATURE,
  askJose,
  judgeLibraryClaims,
} from "./oracle-library.ts";
import { type Claims, judgeRaw } from "./oracle-raw.ts";
import { type Identity, decide } from "./oracle-tenants.ts";
import type { World } from "./world.ts";

export type OracleVerdict = {
  /** What jose alone says: `undefined` when it accepts the token. */
  readonly joseRefuses: string | undefined;
  /** Header and payload as far as they can be read. */
  readonly header: Claims;
  readonly payload: Claims;
} & (
  | {
      readonly outcome: "unauthenticated";
      readonly stage: "raw" | "library" | "claims";
      readonly reasons: ReadonlySet<string>;
      /** The verdict if the first of several keys under the token's `kid` counts; jose wants there to be one. */
      readonly otherwise?: OracleVerdict | undefined;
    }
  | {
      readonly outcome: "allow" | "forbid";
      readonly reason: string | undefined;
      readonly identity: Identity;
      /** Epoch seconds from which the policy must open nothing more. */
      readonly endsAt: number;
    }
);

export type Oracle = (fuzzCase: FuzzCase) => Promise<OracleVerdict>;

export function createOracle(world: World): Oracle {
  const strict = createJudge(
    world.issuers.map(({ issuer, jwks: { keys } }) => [issuer, keys]),
  );
  const lenient = createJudge(
    world.issuers.map(({ issuer, jwks: { keys } }) => [
      issuer,
      keys.filter(
        ({ kid }, place) =>
          place === keys.findIndex((first) => first["kid"] === kid),
      ),
    ]),
  );
  return async (fuzzCase) => {
    const verdict = await strict(fuzzCase);
    return verdict.joseRefuses === "kid_ambiguous" &&
      verdict.outcome === "unauthenticated"
      ? { ...verdict, otherwise: await lenient(fuzzCase) }
      : verdict;
  };
}

type Jwk = Readonly<Record<string, unknown>>;

function createJudge(
  keysByIssuer: readonly (readonly [string, readonly Jwk[]])[],
): Oracle {
  const keySets = new Map(
    keysByIssuer.map(([issuer, keys]) => [
      issuer,
      createLocalJWKSet({ keys: keys as JWK[] }),
    ]),
  );
  return async (fuzzCase) => {
    const { authorization, deployment, nowMs } = fuzzCase;
    const { reasons, header, payload, token } = judgeRaw(
      authorization,
      deployment,
    );
    const iss = payload.get("iss");
    const keySet = keySets.get(
      typeof iss === "string" && deployment.issuers.includes(iss)
        ? iss
        : (deployment.issuers[0] ?? ""),
    );
    if (keySet === undefined) throw new Error("the issuer has no keys");
    const joseRefuses = await askJose(token, keySet, deployment, nowMs);
    const read = { joseRefuses, header, payload };
    const refuse = (
      stage: "raw" | "library" | "claims",
      list: readonly string[],
    ): OracleVerdict => ({
      ...read,
      outcome: "unauthenticated",
      stage,
      reasons: new Set(list),
    });

    if (reasons.length > 0) return refuse("raw", reasons);
    if (joseRefuses !== undefined) {
      return refuse("library", [
        joseRefuses,
        // jose names one fault; behind a true signature there may be others.
        ...(SEEN_BEHIND_THE_SIGNATURE.has(joseRefuses)
          ? judgeLibraryClaims(payload, deployment, nowMs / 1_000)
          : []),
      ]);
    }
    const now = nowMs / 1_000;
    const faults = judgeClaims(header, payload, deployment, now);
    if (faults.length > 0) return refuse("claims", faults);
    return { ...read, ...decide(header, payload, deployment, now) };
  };
}
