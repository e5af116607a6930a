/** From the bytes an issuer serves as its JWKS (RFC 7517) to the keys that may verify an access token. */
import { createPublicKey } from "node:crypto";
import {
  type JsonObject,
  isJsonObject,
  own,
  ownOr,
  parseJsonObject,
} from "../../core/json.ts";

/** A public RSA key that has been checked, by the members a verifier reads and no others. */
// A type, not an interface: the library asks for an index signature, which only a type has implicitly.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type VerificationKey = {
  readonly kty: "RSA";
  readonly kid: string;
  readonly use: "sig";
  readonly alg: "RS256";
  readonly n: string;
  readonly e: string;
};

/** Usable keys by `kid`; never empty. */
export type KeySet = ReadonlyMap<string, VerificationKey>;

/** More keys than any issuer publishes; importing one costs time. */
const MAX_KEYS = 100;
/** RFC 7518 §3.3. */
const MIN_MODULUS_BITS = 2_048;
/** NIST SP 800-56B §6.2: odd, and larger than 2^16. */
const MIN_EXPONENT = 65_537n;
/** What OpenSSL still computes with. */
const MAX_MODULUS_BITS = 16_384;
const MAX_EXPONENT = 2n ** 64n - 1n;
const KID = /^[\x21-\x7e]{1,128}$/;

/**
 * The usable keys of a JWKS. A bad key is left out and takes no other with it; of two keys with one `kid` the
 * first counts.
 *
 * @returns `undefined` when there is no usable key, so that such an answer never replaces a good set
 */
export function parseKeySet(body: Uint8Array): KeySet | undefined {
  return selectKeys(parseJsonObject(body));
}

/** The same for a JWKS that has been parsed. */
export function selectKeys(jwks: unknown): KeySet | undefined {
  const keys = isJsonObject(jwks) ? own(jwks, "keys") : undefined;
  if (!Array.isArray(keys)) return undefined;
  const usable = new Map<string, VerificationKey>();
  for (const candidate of keys.slice(0, MAX_KEYS)) {
    const key = isJsonObject(candidate) ? parseKey(candidate) : undefined;
    if (key !== undefined && !usable.has(key.kid)) usable.set(key.kid, key);
  }
  return usable.size > 0 ? usable : undefined;
}

function parseKey(jwk: JsonObject): VerificationKey | undefined {
  const kid = own(jwk, "kid");
  const n = own(jwk, "n");
  const e = own(jwk, "e");
  const operations = ownOr(jwk, "key_ops", ["verify"]);
  const fits =
    own(jwk, "kty") === "RSA" &&
    ownOr(jwk, "use", "sig") === "sig" &&
    ownOr(jwk, "alg", "RS256") === "RS256" &&
    Array.isArray(operations) &&
    operations.includes("verify");
  if (
    !fits ||
    typeof kid !== "string" ||
    !KID.test(kid) ||
    typeof n !== "string" ||
    typeof e !== "string"
  ) {
    return undefined;
  }
  const key: VerificationKey = {
    kty: "RSA",
    kid,
    use: "sig",
    alg: "RS256",
    n,
    e,
  };
  return isStrong(key) ? key : undefined;
}

function isStrong(key: VerificationKey): boolean {
  try {
    const { modulusLength = 0, publicExponent = 0n } =
      createPublicKey({ key: { ...key }, format: "jwk" })
        .asymmetricKeyDetails ?? {};
    return (
      modulusLength >= MIN_MODULUS_BITS &&
      modulusLength <= MAX_MODULUS_BITS &&
      publicExponent >= MIN_EXPONENT &&
      publicExponent <= MAX_EXPONENT &&
      publicExponent % 2n === 1n
    );
  } catch {
    // Not a key that OpenSSL can read: not a key for us.
    return false;
  }
}
