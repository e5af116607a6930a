/** Tokens that nobody's issuer has given. All are made of the first tenant's good one. */
import type { Question } from "../http/sender.ts";
import type { TargetTenant } from "../target/target.ts";
import {
  type Forgery,
  changedForgeries,
  ownKeyForgeries,
  publicKeyForgeries,
  unsignedForgeries,
} from "../tokens/forgeries.ts";
import { otherSpellings } from "../tokens/spellings.ts";
import { type TokenParts, readToken } from "../tokens/token-parts.ts";
import {
  type Case,
  type Check,
  type CheckContext,
  type CheckOutcome,
  expectKind,
  notRun,
  runCases,
} from "./check.ts";

export const unsigned: Check = {
  id: "unsigned",
  proves: "a token without the issuer's signature opens nothing",
  how: "the signature cut off, emptied, altered; alg none in four spellings",
  expected: "401",
  run: async (context) =>
    await tryForgeries(context, unsignedForgeries(await firstToken(context))),
};

export const otherKey: Check = {
  id: "other-key",
  proves: "a token signed by a key of somebody else's opens nothing",
  how: "RS256 by a key of this run's own: under the issuer's kid, another, in jwk, by jku, for another issuer",
  expected: "401",
  run: async (context) =>
    await tryForgeries(context, ownKeyForgeries(await firstToken(context))),
};

export const publicKeyAsSecret: Check = {
  id: "hmac-public-key",
  proves: "the issuer's public key is no secret to sign with (RFC 8725 §2.1)",
  how: "HS256 and HS512 with the public key as the secret, in six encodings",
  expected: "401",
  run: async (context) => {
    const { fetchKeys } = context.target;
    if (fetchKeys === undefined) {
      return notRun("no key set was given: add jwks, or auth, to the file");
    }
    const forgeries = publicKeyForgeries(
      await firstToken(context),
      await fetchKeys(),
    );
    return forgeries.length === 0
      ? notRun("the key set has no key of the token's kid")
      : await tryForgeries(context, forgeries);
  },
};

export const changedClaims: Check = {
  id: "changed-claims",
  proves: "header and claims are covered by the signature",
  how: "another tenant's claims, a later exp, more scopes and other kids under the old signature",
  expected: "401",
  run: async (context) => {
    const [first, second] = context.target.tenants;
    const parts = await firstToken(context);
    const foreign = readToken(await second.token(), tokenOf(second));
    const [foreignRequest] = second.own;
    const cases = casesOf(first, changedForgeries(parts, foreign)).flatMap(
      (each) => [
        each,
        {
          ...each,
          name: `${each.name}, on ${second.name}'s route`,
          question: { ...each.question, ...foreignRequest },
        },
      ],
    );
    return await runCases(context, cases);
  },
};

export const badTokens: Check = {
  id: "expired-or-foreign",
  proves:
    "a token that was truly signed is refused all the same when it has expired or is for something else",
  how: "an expired token, an ID token, one for another API and one of another issuer, as far as they were given",
  expected: "401",
  run: async (context) => {
    const cases: Case[] = [];
    for (const { kind, tenant, token } of context.target.badTokens) {
      const [request] = tenant.own;
      cases.push({
        name: kind,
        question: { ...request, authorization: `Bearer ${await token()}` },
        judge: expectKind("unauthenticated"),
      });
    }
    return cases.length === 0
      ? notRun("no such token was given: add tokens to the file")
      : await runCases(context, cases);
  },
};

export const spellings: Check = {
  id: "spellings",
  proves:
    "a token has one spelling, so it has one place in every cache and log",
  how: "a good token with its signature in the 47 other spellings that lenient decoders take, and in plain base64",
  expected: "401",
  run: async (context) =>
    await tryForgeries(context, otherSpellings(await firstToken(context))),
};

const tokenOf = ({ name }: TargetTenant): string => `the token of ${name}`;

async function firstToken({ target }: CheckContext): Promise<TokenParts> {
  const [first] = target.tenants;
  return readToken(await first.token(), tokenOf(first));
}

async function tryForgeries(
  context: CheckContext,
  forgeries: readonly Forgery[],
): Promise<CheckOutcome> {
  const [first] = context.target.tenants;
  return await runCases(context, casesOf(first, forgeries));
}

function casesOf(
  { own: [request] }: TargetTenant,
  forgeries: readonly Forgery[],
): readonly (Case & { readonly question: Question })[] {
  return forgeries.map(({ name, token }) => ({
    name,
    question: { ...request, authorization: `Bearer ${token}` },
    judge: expectKind("unauthenticated"),
  }));
}
