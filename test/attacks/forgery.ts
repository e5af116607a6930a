/** The forger's tools: signatures that are wrong in one exact way. */
import {
  type KeyObject,
  constants,
  createHash,
  createHmac,
  generateKeyPairSync,
  privateEncrypt,
  sign,
} from "node:crypto";
import { encodePart, signingKey } from "../support/tokens.ts";
import { HEADER, claimsWith } from "./baseline.ts";

/** Header and payload of the baseline, as they are signed. */
export function signingInput(header: object = HEADER): string {
  return `${encodePart(header)}.${encodePart(claimsWith())}`;
}

/** The baseline's header and payload with this signature. */
export function withSignature(
  signature: string | Uint8Array,
  header: object = HEADER,
): string {
  const text =
    typeof signature === "string"
      ? signature
      : Buffer.from(signature).toString("base64url");
  return `${signingInput(header)}.${text}`;
}

/** The parts of a token. */
export function partsOf(token: string): readonly [string, string, string] {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return [header, payload, signature];
}

/** The true RS256 signature of the baseline's header and payload. */
export function trueSignature(): Buffer {
  return sign("sha256", Buffer.from(signingInput()), signingKey().privateKey);
}

/** Truly signed with our issuer's RSA key, by another algorithm than RS256. */
export function rsaSignature(
  input: string,
  hash: string,
  padding = constants.RSA_PKCS1_PADDING,
): Buffer {
  return sign(hash, Buffer.from(input), {
    key: signingKey().privateKey,
    padding,
    ...(padding === constants.RSA_PKCS1_PSS_PADDING && {
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }),
  });
}

/** A whole token under an HMAC, with something public as the secret. */
export function hmacToken(
  header: object,
  hash: string,
  secret: string | Uint8Array,
): string {
  const input = signingInput(header);
  return `${input}.${createHmac(hash, secret).update(input).digest("base64url")}`;
}

/** A whole token truly signed with an elliptic curve's key that nobody published. */
export function ecToken(alg: string, namedCurve: string, hash: string): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve });
  const input = signingInput({ ...HEADER, alg });
  const signature = sign(hash, Buffer.from(input), {
    key: privateKey,
    dsaEncoding: "ieee-p1363",
  });
  return `${input}.${signature.toString("base64url")}`;
}

export function eddsaToken(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  const input = signingInput({ ...HEADER, alg: "EdDSA" });
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString("base64url")}`;
}

const sha256 = (text: string): Buffer =>
  createHash("sha256").update(text).digest();
const DIGEST_INFO = Buffer.from(
  "3031300d060960864801650304020105000420",
  "hex",
);
/** The same without the algorithm's NULL parameters, which lenient verifiers take. */
const DIGEST_INFO_WITHOUT_NULL = Buffer.from(
  "302f300b0609608648016503040201" + "0420",
  "hex",
);

/** A PKCS #1 v1.5 signature by our issuer's key whose padded content is not as RFC 8017 §9.2 has it. */
export function oddlyPaddedSignature(
  shape: "bare hash" | "no null" | "trailing bytes",
): Buffer {
  const hash = sha256(signingInput());
  const content = {
    "bare hash": hash,
    "no null": Buffer.concat([DIGEST_INFO_WITHOUT_NULL, hash]),
    "trailing bytes": Buffer.concat([DIGEST_INFO, hash, Buffer.alloc(8)]),
  }[shape];
  return privateEncrypt(
    { key: signingKey().privateKey, padding: constants.RSA_PKCS1_PADDING },
    content,
  );
}

/** What a signature is before the key is applied (RFC 8017 §9.2). */
function encodedMessage(input: string, bytes: number): Buffer {
  const content = Buffer.concat([DIGEST_INFO, sha256(input)]);
  const padding = Buffer.alloc(bytes - content.length - 3, 0xff);
  return Buffer.concat([
    Buffer.from([0, 1]),
    padding,
    Buffer.from([0]),
    content,
  ]);
}

/** Under a public exponent of 1 a signature is the message itself: no private key is needed. */
export function exponentOneToken(header: object): string {
  return withSignature(encodedMessage(signingInput(header), 256), header);
}

/** The true signature plus the modulus: the same number to a verifier that does not check the range. */
export function malleatedToken(): string {
  const modulus = integerOf(Buffer.from(signingKey().jwk.n, "base64url"));
  // The sum must fit into 256 bytes, which holds for about half of all payloads when the modulus is small.
  for (let attempt = 0; attempt < 10_000; attempt += 1) {
    const input = `${encodePart(HEADER)}.${encodePart(claimsWith({ attempt }))}`;
    const signature = sign(
      "sha256",
      Buffer.from(input),
      signingKey().privateKey,
    );
    const sum = integerOf(signature) + modulus;
    if (sum < 1n << 2_048n) {
      return `${input}.${bytesOf(sum).toString("base64url")}`;
    }
  }
  throw new Error("no payload's signature leaves room for the modulus");
}

const integerOf = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const bytesOf = (integer: bigint): Buffer =>
  Buffer.from(integer.toString(16).padStart(512, "0"), "hex");

export const exportedPublicKey = (
  key: KeyObject,
  format: "pem" | "der",
  type: "spki" | "pkcs1" = "spki",
): string | Buffer =>
  format === "pem"
    ? key.export({ format: "pem", type })
    : key.export({ format: "der", type });
