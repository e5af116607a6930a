import { JwtVerifier } from "aws-jwt-verify";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  createAccessTokenVerifier,
  jwksUriOf,
} from "../../../../lambda/authorizer/adapters/access-token-verifier.ts";
import { selectKeys } from "../../../../lambda/authorizer/adapters/key-set.ts";
import type { KeySets } from "../../../../lambda/authorizer/adapters/key-sets.ts";
import { createKeySets } from "../../../../lambda/authorizer/adapters/key-sets.ts";
import type { VerifyAccessToken } from "../../../../lambda/core/authorize.ts";
import type { UnverifiedToken } from "../../../../lambda/core/bearer-token.ts";
import { CouldNotTellError } from "../../../../lambda/core/could-not-tell.ts";
import {
  manualClock,
  scriptedPort,
  unusedPort,
} from "../../../support/fakes.ts";
import {
  AUDIENCE,
  ISSUER,
  NOW,
  type SigningKey,
  accessTokenClaims,
  createSigningKey,
  jwksBytes,
  jwksOf,
  macToken,
  signAccessToken,
  signToken,
  signingKey,
} from "../../../support/tokens.ts";

const OTHER_ISSUER = "https://login.acme.com/";
const OPTIONS = {
  issuers: [ISSUER, OTHER_ISSUER],
  audiences: [AUDIENCE, "https://admin.acme.com"],
  clockToleranceSeconds: 5,
};
const HEADER = { alg: "RS256", typ: "JWT", kid: "key-1" };

// The library looks at the wall clock.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW * 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const recheck = (): number => 8;

/** Key sets that publish these keys for every issuer. */
function keySetsWith(...keys: SigningKey[]): KeySets {
  const set = selectKeys(jwksOf(...keys));
  return {
    findKey: (_uri, kid) => {
      const key = set?.get(kid);
      return Promise.resolve(key && { key, keySetAgeSeconds: 7, recheck });
    },
    prewarm: unusedPort("prewarm"),
  };
}

const verifier = (keySets = keySetsWith(signingKey())): VerifyAccessToken =>
  createAccessTokenVerifier(OPTIONS, keySets, () => Date.now());

/** The token as the raw checks hand it on. */
const unverified = (token: string, issuer = ISSUER): UnverifiedToken => ({
  token,
  kid: "key-1",
  type: "JWT",
  issuer,
});

const verify = (token: string, issuer?: string): Promise<unknown> =>
  verifier()(unverified(token, issuer));

describe("a token", () => {
  test("of a published key yields its claims, the age of the keys, and how to look at it again", async () => {
    expect(await verify(signAccessToken())).toEqual({
      ok: true,
      value: { claims: accessTokenClaims(), keySetAgeSeconds: 7, recheck },
    });
  });

  test.each([
    {
      name: "for one of the audiences",
      claims: { aud: "https://admin.acme.com" },
    },
    {
      name: "for one of the audiences among others",
      claims: { aud: ["x", AUDIENCE] },
    },
    {
      name: "past its exp by the tolerance, which is for our own rule to refuse",
      claims: { exp: NOW - 5 },
    },
    { name: "before its nbf by the tolerance", claims: { nbf: NOW + 5 } },
    {
      name: "without exp, which is for our own rule to refuse",
      claims: { exp: undefined },
    },
  ])("passes $name", async ({ claims }) => {
    expect(await verify(signAccessToken({ claims }))).toMatchObject({
      ok: true,
    });
  });

  test("passes twice by the same key, of which the library makes a key object once", async () => {
    const create = vi.spyOn(JwtVerifier, "create");
    const verifyAccessToken = verifier();
    for (const sub of ["one", "two"]) {
      const token = unverified(signAccessToken({ claims: { sub } }));
      expect(await verifyAccessToken(token)).toMatchObject({
        ok: true,
        value: { claims: { sub } },
      });
    }
    expect(create).toHaveBeenCalledTimes(1);
  });

  test("is looked up with its issuer's own key set", async () => {
    const find = scriptedPort<Parameters<KeySets["findKey"]>, undefined>(
      undefined,
    );
    await verifier({ findKey: find.port, prewarm: unusedPort("prewarm") })(
      unverified(signAccessToken(), OTHER_ISSUER),
    );
    expect(find.calls).toEqual([
      ["https://login.acme.com/.well-known/jwks.json", "key-1"],
    ]);
  });
});

describe("a token that comes again", () => {
  /** A verifier that has verified this token, and how often the library is asked from now on. */
  async function verifiedBefore(token: string) {
    const create = vi.spyOn(JwtVerifier, "create");
    const verifyAccessToken = verifier();
    expect(await verifyAccessToken(unverified(token))).toMatchObject({
      ok: true,
    });
    const library = create.mock.results[0]?.value as {
      verifySync: (token: string) => unknown;
    };
    return {
      again: (other = token) => verifyAccessToken(unverified(other)),
      asked: vi.spyOn(library, "verifySync"),
    };
  }

  test("costs the library nothing", async () => {
    const { again, asked } = await verifiedBefore(signAccessToken());
    expect(await again()).toEqual({
      ok: true,
      value: { claims: accessTokenClaims(), keySetAgeSeconds: 7, recheck },
    });
    expect(asked).not.toHaveBeenCalled();
  });

  test("is the library's to judge from its exp on", async () => {
    const { again, asked } = await verifiedBefore(
      signAccessToken({ claims: { exp: NOW + 10 } }),
    );
    vi.setSystemTime((NOW + 10) * 1_000);
    expect(await again()).toMatchObject({ ok: true });
    expect(asked).toHaveBeenCalledTimes(1);
    vi.setSystemTime((NOW + 16) * 1_000);
    expect(await again()).toEqual({ ok: false, reason: "token_expired" });
  });

  test("with another signature is another token", async () => {
    const good = signAccessToken();
    const { again } = await verifiedBefore(good);
    const forged = `${good.slice(0, -10)}AAAAAAAAAA`;
    expect(await again(forged)).toEqual({
      ok: false,
      reason: "signature_invalid",
    });
  });
});

describe("each refusal of the library has its reason:", () => {
  const forged = createSigningKey("key-1");
  const good = signAccessToken();
  const [headerPart = "", payloadPart = "", signature = ""] = good.split(".");
  const tampered = Buffer.from(signature, "base64url");
  tampered[0] = (tampered[0] ?? 0) ^ 1;
  const otherPayload =
    signAccessToken({ claims: { sub: "admin" } }).split(".")[1] ?? "";

  test.each([
    {
      name: "another's key under the same kid",
      token: signAccessToken({ key: forged }),
      reason: "signature_invalid",
    },
    {
      name: "a flipped bit in the signature",
      token: `${headerPart}.${payloadPart}.${tampered.toString("base64url")}`,
      reason: "signature_invalid",
    },
    {
      name: "another token's payload",
      token: `${headerPart}.${otherPayload}.${signature}`,
      reason: "signature_invalid",
    },
    {
      name: "a short signature",
      token: `${headerPart}.${payloadPart}.AAAA`,
      reason: "signature_invalid",
    },
    {
      name: "a signature of zeros",
      token: `${headerPart}.${payloadPart}.${"A".repeat(342)}`,
      reason: "signature_invalid",
    },
    {
      name: "RS384 by its header",
      token: signToken({ ...HEADER, alg: "RS384" }, accessTokenClaims()),
      reason: "algorithm_not_allowed",
    },
    {
      name: "no algorithm",
      token: signToken({ ...HEADER, alg: "none" }, accessTokenClaims()),
      reason: "algorithm_not_allowed",
    },
    {
      name: "a MAC with the public key",
      token: macToken(
        { ...HEADER, alg: "HS256" },
        accessTokenClaims(),
        signingKey().jwk.n,
      ),
      reason: "algorithm_not_allowed",
    },
    {
      name: "another issuer",
      token: signAccessToken({ claims: { iss: "https://evil.example/" } }),
      reason: "issuer_not_allowed",
    },
    {
      name: "another of our issuers than the one it was looked up with",
      token: signAccessToken({ claims: { iss: OTHER_ISSUER } }),
      reason: "issuer_not_allowed",
    },
    {
      name: "no issuer",
      token: signAccessToken({ claims: { iss: undefined } }),
      reason: "issuer_not_allowed",
    },
    {
      name: "another audience",
      token: signAccessToken({ claims: { aud: "https://api.globex.com" } }),
      reason: "audience_mismatch",
    },
    {
      name: "an audience that begins alike",
      token: signAccessToken({ claims: { aud: `${AUDIENCE}/` } }),
      reason: "audience_mismatch",
    },
    {
      name: "an audience in another letter case",
      token: signAccessToken({ claims: { aud: AUDIENCE.toUpperCase() } }),
      reason: "audience_mismatch",
    },
    {
      name: "no audience",
      token: signAccessToken({ claims: { aud: undefined } }),
      reason: "audience_mismatch",
    },
    {
      name: "an empty list of audiences",
      token: signAccessToken({ claims: { aud: [] } }),
      reason: "audience_mismatch",
    },
    {
      name: "an empty audience",
      token: signAccessToken({ claims: { aud: "" } }),
      reason: "audience_mismatch",
    },
    {
      name: "its exp past by more than the tolerance",
      token: signAccessToken({ claims: { exp: NOW - 6 } }),
      reason: "token_expired",
    },
    {
      name: "its nbf ahead by more than the tolerance",
      token: signAccessToken({ claims: { nbf: NOW + 6 } }),
      reason: "token_not_yet_valid",
    },
    {
      name: "an aud that is a number",
      token: signAccessToken({ claims: { aud: 1 } }),
      reason: "claim_malformed",
    },
    {
      name: "an aud with a number in it",
      token: signAccessToken({ claims: { aud: [AUDIENCE, 1] } }),
      reason: "claim_malformed",
    },
    {
      name: "an aud that is an object",
      token: signAccessToken({ claims: { aud: { 0: AUDIENCE } } }),
      reason: "claim_malformed",
    },
    {
      name: "a sub that is a number",
      token: signAccessToken({ claims: { sub: 1 } }),
      reason: "claim_malformed",
    },
    {
      name: "a scope that is a list",
      token: signAccessToken({ claims: { scope: ["openid"] } }),
      reason: "claim_malformed",
    },
    {
      name: "a jti that is a number",
      token: signAccessToken({ claims: { jti: 1 } }),
      reason: "claim_malformed",
    },
  ])("$name is $reason", async ({ token, reason }) => {
    expect(await verify(token)).toEqual({ ok: false, reason });
  });

  test("a kid that the issuer does not publish is kid_unknown", async () => {
    const verifyAccessToken = verifier(keySetsWith(signingKey("key-2")));
    expect(await verifyAccessToken(unverified(signAccessToken()))).toEqual({
      ok: false,
      reason: "kid_unknown",
    });
  });

  test("an issuer that is not configured is issuer_not_allowed, and no key is asked for", async () => {
    const verifyAccessToken = verifier({
      findKey: unusedPort("findKey"),
      prewarm: unusedPort("prewarm"),
    });
    expect(
      await verifyAccessToken(
        unverified(signAccessToken(), "https://evil.example/"),
      ),
    ).toEqual({ ok: false, reason: "issuer_not_allowed" });
  });

  test("the signature is judged before any claim", async () => {
    const token = signAccessToken({
      key: forged,
      claims: { exp: 1, aud: "x" },
    });
    expect(await verify(token)).toEqual({
      ok: false,
      reason: "signature_invalid",
    });
  });
});

describe("keys that change", () => {
  test("a new key under an old kid counts from the refresh on, and the old one no more", async () => {
    const successor = createSigningKey("key-1");
    const clock = manualClock();
    const fetches = scriptedPort<readonly [string], Uint8Array>(
      jwksBytes(signingKey()),
      jwksBytes(successor),
    );
    const verifyAccessToken = verifier(
      createKeySets(
        {
          maxAgeSeconds: 600,
          staleSeconds: 3_600,
          unknownKidCooldownSeconds: 10,
          failureCooldownSeconds: 5,
        },
        { fetchJwks: fetches.port, now: clock.now },
      ),
    );
    const before = unverified(signAccessToken());
    const after = unverified(signAccessToken({ key: successor }));
    expect(await verifyAccessToken(before)).toMatchObject({ ok: true });
    expect(await verifyAccessToken(after)).toMatchObject({
      ok: false,
      reason: "signature_invalid",
    });
    clock.advance(600);
    expect(await verifyAccessToken(before)).toMatchObject({
      ok: false,
      reason: "signature_invalid",
    });
    expect(await verifyAccessToken(after)).toMatchObject({ ok: true });
  });

  test("two issuers may use one kid for two keys", async () => {
    const other = createSigningKey("key-1");
    const sets = new Map([
      [jwksUriOf(ISSUER), selectKeys(jwksOf(signingKey()))],
      [jwksUriOf(OTHER_ISSUER), selectKeys(jwksOf(other))],
    ]);
    const verifyAccessToken = verifier({
      findKey: (uri, kid) => {
        const key = sets.get(uri)?.get(kid);
        return Promise.resolve(key && { key, keySetAgeSeconds: 0, recheck });
      },
      prewarm: unusedPort("prewarm"),
    });
    const theirs = signAccessToken({
      key: other,
      claims: { iss: OTHER_ISSUER },
    });
    expect(
      await verifyAccessToken(unverified(signAccessToken())),
    ).toMatchObject({ ok: true });
    expect(
      await verifyAccessToken(unverified(theirs, OTHER_ISSUER)),
    ).toMatchObject({ ok: true });
    const crossed = signAccessToken({ key: other });
    expect(await verifyAccessToken(unverified(crossed))).toMatchObject({
      reason: "signature_invalid",
    });
  });
});

describe("what is not the token's fault is thrown on:", () => {
  test("that no key is to be had", async () => {
    const unavailable = new CouldNotTellError("keys_unavailable");
    const verifyAccessToken = verifier({
      findKey: () => Promise.reject(unavailable),
      prewarm: unusedPort("prewarm"),
    });
    await expect(verifyAccessToken(unverified(signAccessToken()))).rejects.toBe(
      unavailable,
    );
  });

  test("an error of the library's that is not about the token", async () => {
    const key = { ...signingKey().jwk, use: "enc" } as never;
    const verifyAccessToken = verifier({
      findKey: () => Promise.resolve({ key, keySetAgeSeconds: 0, recheck }),
      prewarm: unusedPort("prewarm"),
    });
    await expect(
      verifyAccessToken(unverified(signAccessToken())),
    ).rejects.toThrow("JWK use");
  });

  test("an error of the crypto library's", async () => {
    const key = { ...signingKey().jwk, n: "" } as never;
    const verifyAccessToken = verifier({
      findKey: () => Promise.resolve({ key, keySetAgeSeconds: 0, recheck }),
      prewarm: unusedPort("prewarm"),
    });
    await expect(
      verifyAccessToken(unverified(signAccessToken())),
    ).rejects.toThrow();
  });
});
