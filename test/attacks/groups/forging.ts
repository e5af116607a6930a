/** Tokens that nobody signed, or not for this content, or not with this algorithm. */
import { constants, createPublicKey } from "node:crypto";
import { methodArn } from "../../support/events.ts";
import {
  NOW,
  createSigningKey,
  encodePart,
  jwksBytes,
  macToken,
  signInput,
  signToken,
  signingKey,
} from "../../support/tokens.ts";
import {
  type Attack,
  allowed,
  control,
  forbidden,
  refused,
  withToken,
} from "../attack.ts";
import {
  GLOBEX_CLIENT_ID,
  GLOBEX_ISSUER,
  HEADER,
  accessToken,
  claimsJson,
  claimsWith,
  headerText,
  heading,
} from "../baseline.ts";
import type { DeploymentOptions } from "../deployment.ts";
import {
  ecToken,
  eddsaToken,
  exportedPublicKey,
  hmacToken,
  malleatedToken,
  oddlyPaddedSignature,
  partsOf,
  rsaSignature,
  signingInput,
  trueSignature,
  withSignature,
} from "../forgery.ts";

const publicKey = () => createPublicKey(signingKey().privateKey);

/** Everything about the public key that a verifier might take for an HMAC secret. */
const SECRETS: readonly (readonly [string, () => string | Uint8Array])[] = [
  ["the public key's PEM", () => exportedPublicKey(publicKey(), "pem")],
  [
    "the public key's PEM without its last newline",
    () => String(exportedPublicKey(publicKey(), "pem")).trim(),
  ],
  [
    "the public key's PKCS #1 PEM",
    () => exportedPublicKey(publicKey(), "pem", "pkcs1"),
  ],
  ["the public key's DER", () => exportedPublicKey(publicKey(), "der")],
  ["the modulus", () => Buffer.from(signingKey().jwk.n, "base64url")],
  ["the modulus as text", () => signingKey().jwk.n],
  ["the JWK", () => JSON.stringify(signingKey().jwk)],
  ["the JWKS", () => jwksBytes(signingKey())],
  ["the kid", () => "key-1"],
  ["nothing", () => ""],
];

const hmacAttacks: readonly Attack[] = [
  ...SECRETS.map(([what, secret]) =>
    withToken(
      `refuses HS256 with ${what} as the secret`,
      () => macToken({ ...HEADER, alg: "HS256" }, claimsWith(), secret()),
      refused("algorithm_not_allowed"),
    ),
  ),
  ...["HS384", "HS512"].map((alg) =>
    withToken(
      `refuses ${alg} with the public key's PEM as the secret`,
      () =>
        hmacToken(
          { ...HEADER, alg },
          alg.replace("HS", "sha"),
          exportedPublicKey(publicKey(), "pem"),
        ),
      refused("algorithm_not_allowed"),
    ),
  ),
  withToken(
    "refuses an HMAC under the public key that calls itself RS256",
    () => hmacToken(HEADER, "sha256", exportedPublicKey(publicKey(), "pem")),
    refused("signature_invalid"),
  ),
];

/** Values of `alg` beside a true RS256 signature. */
const ALGORITHMS: readonly unknown[] = [
  "none",
  "None",
  "NONE",
  "nOnE",
  "",
  "rs256",
  "Rs256",
  "RS256 ",
  " RS256",
  "RS256\u0000",
  "RS256,none",
  "RSA-SHA256",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  "ＲS256",
  ["RS256"],
  { RS256: true },
  null,
  true,
  256,
];

const algorithmAttacks: readonly Attack[] = [
  ...ALGORITHMS.map((alg) =>
    withToken(
      `refuses the alg ${JSON.stringify(alg)} beside a true RS256 signature`,
      heading({ alg }),
      refused("algorithm_not_allowed"),
    ),
  ),
  withToken(
    "refuses a header without alg",
    heading({ alg: undefined }),
    refused("algorithm_not_allowed"),
  ),
  withToken(
    "refuses alg none without a signature",
    () => withSignature("", { ...HEADER, alg: "none" }),
    refused("token_not_canonical"),
  ),
  withToken(
    "refuses alg none with a signature of one byte",
    () => withSignature("AA", { ...HEADER, alg: "none" }),
    refused("algorithm_not_allowed"),
  ),
  ...["RS384", "RS512"].map((alg) =>
    withToken(
      `refuses a true ${alg} signature by our issuer's key`,
      () =>
        withSignature(
          rsaSignature(
            signingInput({ ...HEADER, alg }),
            alg.replace("RS", "sha"),
          ),
          { ...HEADER, alg },
        ),
      refused("algorithm_not_allowed"),
    ),
  ),
  ...["PS256", "PS384", "PS512"].map((alg) =>
    withToken(
      `refuses a true ${alg} signature by our issuer's key`,
      () =>
        withSignature(
          rsaSignature(
            signingInput({ ...HEADER, alg }),
            alg.replace("PS", "sha"),
            constants.RSA_PKCS1_PSS_PADDING,
          ),
          { ...HEADER, alg },
        ),
      refused("algorithm_not_allowed"),
    ),
  ),
  ...(
    [
      ["ES256", "P-256", "sha256"],
      ["ES384", "P-384", "sha384"],
      ["ES512", "P-521", "sha512"],
      ["ES256K", "secp256k1", "sha256"],
    ] as const
  ).map(([alg, curve, hash]) =>
    withToken(
      `refuses ${alg}`,
      () => ecToken(alg, curve, hash),
      refused("algorithm_not_allowed"),
    ),
  ),
  withToken("refuses EdDSA", eddsaToken, refused("algorithm_not_allowed")),
  withToken(
    "reads the last of two algs: RS256 before none is none",
    headerText('{"alg":"RS256","typ":"JWT","kid":"key-1","alg":"none"}'),
    refused("algorithm_not_allowed"),
  ),
  withToken(
    "takes __proto__ for a member like any other: an alg inside is no alg",
    headerText('{"__proto__":{"alg":"RS256"},"typ":"JWT","kid":"key-1"}'),
    refused("algorithm_not_allowed"),
  ),
];

/** Signatures that do not fit, each by one deviation from the true one. */
const SIGNATURES: readonly (readonly [string, () => string])[] = [
  ["of zeros", () => withSignature(Buffer.alloc(256))],
  ["of one zero byte", () => withSignature(Buffer.alloc(1))],
  ["that is the number 1", () => withSignature(oneInBytes(256))],
  ["that is the modulus", () => withSignature(signingKey().jwk.n)],
  [
    "cut by its last byte",
    () => withSignature(trueSignature().subarray(0, -1)),
  ],
  ["cut by its first byte", () => withSignature(trueSignature().subarray(1))],
  [
    "with a byte more at its end",
    () => withSignature(Buffer.concat([trueSignature(), Buffer.from([0])])),
  ],
  [
    "with a zero byte before it",
    () => withSignature(Buffer.concat([Buffer.from([0]), trueSignature()])),
  ],
  ["with its first bit flipped", () => withSignature(flipped(0))],
  ["with a bit in its middle flipped", () => withSignature(flipped(128))],
  ["with its last bit flipped", () => withSignature(flipped(255))],
  ["backwards", () => withSignature(trueSignature().reverse())],
  [
    "twice",
    () => withSignature(Buffer.concat([trueSignature(), trueSignature()])),
  ],
  ["plus the modulus", malleatedToken],
  [
    "in ASCII hex",
    () => withSignature(Buffer.from(trueSignature().toString("hex"))),
  ],
  ["by RS384", () => withSignature(rsaSignature(signingInput(), "sha384"))],
  ["by RS512", () => withSignature(rsaSignature(signingInput(), "sha512"))],
  ["over SHA-1", () => withSignature(rsaSignature(signingInput(), "sha1"))],
  [
    "by PS256",
    () =>
      withSignature(
        rsaSignature(signingInput(), "sha256", constants.RSA_PKCS1_PSS_PADDING),
      ),
  ],
  [
    "over the bare hash",
    () => withSignature(oddlyPaddedSignature("bare hash")),
  ],
  [
    "whose DigestInfo lacks the NULL",
    () => withSignature(oddlyPaddedSignature("no null")),
  ],
  [
    "with bytes after its hash",
    () => withSignature(oddlyPaddedSignature("trailing bytes")),
  ],
  [
    "over the payload alone",
    () => withSignature(rsaSignature(encodePart(claimsWith()), "sha256")),
  ],
  [
    "over the decoded JSON",
    () =>
      withSignature(
        rsaSignature(`${JSON.stringify(HEADER)}.${claimsJson()}`, "sha256"),
      ),
  ],
  ["of another token", () => withSignature(partsOf(globexToken())[2])],
  [
    "by a stranger's key under our kid",
    () => accessToken({ key: createSigningKey("key-1") }),
  ],
];

const flipped = (index: number): Buffer => {
  const signature = trueSignature();
  const bit = index === 0 ? 0x80 : 0x01;
  signature[index] = (signature[index] ?? 0) ^ bit;
  return signature;
};
const oneInBytes = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes[length - 1] = 1;
  return bytes;
};
const globexToken = (): string =>
  accessToken({ claims: { azp: GLOBEX_CLIENT_ID } });

const splicingAttacks: readonly Attack[] = [
  withToken(
    "refuses a payload that was exchanged for another signed one",
    () => {
      const [header, , signature] = partsOf(accessToken());
      return `${header}.${partsOf(globexToken())[1]}.${signature}`;
    },
    refused("signature_invalid"),
  ),
  withToken(
    "refuses a payload with one claim edited",
    () => {
      const [header, , signature] = partsOf(accessToken());
      const edited = claimsWith({ azp: GLOBEX_CLIENT_ID });
      return `${header}.${encodePart(edited)}.${signature}`;
    },
    refused("signature_invalid"),
  ),
  withToken(
    "refuses a header that was exchanged for an equivalent one",
    () => {
      const [, payload, signature] = partsOf(accessToken());
      const header = encodePart('{"typ":"JWT","alg":"RS256","kid":"key-1"}');
      return `${header}.${payload}.${signature}`;
    },
    refused("signature_invalid"),
  ),
  withToken(
    "refuses a token whose parts stand in another order",
    () => {
      const [header, payload, signature] = partsOf(accessToken());
      return `${payload}.${header}.${signature}`;
    },
    refused("algorithm_not_allowed"),
  ),
  withToken(
    "refuses our issuer's signature by the key of another issuer of ours",
    () => accessToken({ key: { ...signingKey("key-2"), kid: "key-1" } }),
    refused("signature_invalid"),
    {
      deployment: {
        env: { AUTH0_ISSUERS: `https://acme.eu.auth0.com/,${GLOBEX_ISSUER}` },
        keySets: () => ({ [GLOBEX_ISSUER]: jwksBytes(signingKey("key-2")) }),
      },
    },
  ),
  withToken(
    "refuses a self-made key under a kid of its own",
    () => accessToken({ key: signingKey("stranger") }),
    refused("kid_unknown"),
  ),
];

/** A record that is used for a minute without being read again. */
const LASTING_RECORDS: DeploymentOptions = {
  env: { TENANT_CACHE_SECONDS: "60" },
};
const ANOTHER_STAGE =
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/dev";

/** What was verified once is not verified again: then nothing but the very same token may profit from it. */
const repetitions: readonly Attack[] = [
  control(
    withToken("takes a token again", () => accessToken(), allowed, {
      before: letIn(() => accessToken()),
    }),
  ),
  ...splicingAttacks
    .filter(({ deployment }) => deployment === undefined)
    .map((attack) => ({
      ...attack,
      name: `${attack.name}, when the true one has been let in before`,
      before: letIn(() => accessToken()),
    })),
  withToken(
    "refuses a token that it has let in before, once it has expired",
    shortLived,
    refused("token_expired"),
    { before: letIn(shortLived, 16) },
  ),
  withToken(
    "refuses it too while key and record are still the same",
    shortLived,
    refused("token_expired"),
    { deployment: LASTING_RECORDS, before: letIn(shortLived, 16) },
  ),
  withToken(
    "forbids a token that it has let in before, once its record has ended",
    () => accessToken(),
    forbidden("tenant_expired"),
    {
      deployment: {
        ...LASTING_RECORDS,
        record: { expiresAt: { N: String(NOW + 10) } },
      },
      before: letIn(() => accessToken(), 10),
    },
  ),
  control({
    name: "opens another stage to a token that it has let in before, by that stage's own policy",
    event: () => ({
      authorizationToken: `Bearer ${accessToken()}`,
      methodArn: methodArn("GET", "/acme/orders", ANOTHER_STAGE),
    }),
    before: letIn(() => accessToken()),
    expected: allowed,
  }),
];

function shortLived(): string {
  return accessToken({ claims: { exp: NOW + 10 } });
}

/** Sends a token, which must pass, and lets time go by. */
function letIn(
  token: () => string,
  seconds = 0,
): NonNullable<Attack["before"]> {
  return async ({ send, clock }) => {
    const answer = await send({ authorizationToken: `Bearer ${token()}` });
    if (answer.kind !== "result") throw new Error("was not let in");
    clock.advance(seconds);
  };
}

export const forging: readonly Attack[] = [
  control(
    withToken(
      "takes a token of Auth0's own profile",
      () => accessToken(),
      allowed,
    ),
  ),
  control(
    withToken(
      "takes a token of the RFC 9068 profile",
      () =>
        accessToken({
          header: { typ: "at+jwt" },
          claims: { azp: undefined, client_id: claimsWith()["azp"] },
        }),
      allowed,
    ),
  ),
  control(
    withToken(
      "takes a token that was put together and signed by hand",
      () => signInput(signingInput()),
      allowed,
    ),
  ),
  control(
    withToken(
      "reads the last of two algs: none before RS256 is RS256, and the signature covers both",
      () =>
        signToken(
          '{"alg":"none","typ":"JWT","kid":"key-1","alg":"RS256"}',
          claimsWith(),
        ),
      allowed,
    ),
  ),
  ...hmacAttacks,
  ...algorithmAttacks,
  ...SIGNATURES.map(([what, token]) =>
    withToken(
      `refuses a signature ${what}`,
      token,
      refused("signature_invalid"),
    ),
  ),
  ...splicingAttacks,
  ...repetitions,
];
