/**
 * Bundled in place of aws-jwt-verify's own layer over Node's crypto (see lib/sdk-stand-ins.ts). The library hands Node
 * the public key inside an object made for elliptic curves, which costs Node more than half of the verification
 * itself; this hands it the key. What is guarded stays the library's: which algorithm, which key, which bytes.
 */
import { Buffer } from "node:buffer";
import {
  type JsonWebKey,
  type KeyObject,
  createPublicKey,
  verify,
} from "node:crypto";

interface SignatureCheck {
  readonly alg: string;
  readonly keyObject: KeyObject;
  /** The first two parts of the token, as they came. */
  readonly jwsSigningInput: string;
  readonly signature: string;
}

/** The name and members that the library imports. */
export const nodeWebCompat = {
  transformJwkToKeyObjectSync: (jwk: JsonWebKey): KeyObject =>
    createPublicKey({ key: jwk, format: "jwk" }),
  transformJwkToKeyObjectAsync: isLeftOut,
  parseB64UrlString: (text: string): string =>
    Buffer.from(text, "base64").toString("utf8"),
  /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3); the key is RSA, for no other is in our key sets. */
  verifySignatureSync: ({
    alg,
    keyObject,
    jwsSigningInput,
    signature,
  }: SignatureCheck): boolean => {
    if (alg !== "RS256") {
      throw new Error("RS256 alone is left in this bundle");
    }
    return verify(
      "RSA-SHA256",
      Buffer.from(jwsSigningInput),
      keyObject,
      Buffer.from(signature, "base64"),
    );
  },
  verifySignatureAsync: isLeftOut,
  // We fetch keys ourselves, and verify synchronously.
  fetch: isLeftOut,
  defaultFetchTimeouts: { socketIdle: 1_500, response: 3_000 },
  setTimeoutUnref: isLeftOut,
  transformPemToJwk: isLeftOut,
} as const;

function isLeftOut(): never {
  throw new Error("this part of aws-jwt-verify is left out of this bundle");
}
