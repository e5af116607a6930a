import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import type { JWK, OAuth2Issuer } from "oauth2-mock-server";

export interface UnsignedToken {
  /** `alg` and `kid` are the key's, whatever stands here. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Auth0's way with keys: the current one signs, the next one is already published, old ones stay until revoked. */
export interface SigningKeys {
  readonly currentKid: () => string;
  /** Published already; signs after the next rotation. */
  readonly nextKid: () => string;
  /** The keys of the JWKS. */
  readonly published: () => readonly JWK[];
  /** Signs with the current key, or with any key there has been, also a revoked one. */
  readonly sign: (token: UnsignedToken, kid?: string) => Promise<string>;
  /** The next key signs from now on, and a new next one is published; returns the id of the key that now signs. */
  readonly rotate: () => Promise<string>;
  /** Takes a key out of the JWKS; the one that signs cannot be revoked, rotate first. */
  readonly revoke: (kid: string) => void;
}

export async function createSigningKeys(
  issuer: OAuth2Issuer,
): Promise<SigningKeys> {
  const revoked = new Set<string>();
  let [currentKid, nextKid] = await Promise.all([
    addKey(issuer),
    addKey(issuer),
  ]);
  return {
    currentKid: () => currentKid,
    nextKid: () => nextKid,
    // The library's store cannot forget a key, so what has been revoked is left out here.
    published: () =>
      issuer.keys.toJSON().filter(({ kid }) => !revoked.has(kid)),
    sign: (token, kid = currentKid) =>
      issuer.buildToken({
        kid,
        scopesOrTransform: (header, payload) => {
          Object.assign(header, token.header, { kid });
          // The library's own iat, exp and nbf make way for Auth0's claims.
          for (const name of Object.keys(payload)) {
            Reflect.deleteProperty(payload, name);
          }
          Object.assign(payload, token.claims);
        },
      }),
    rotate: async () => {
      const fresh = await addKey(issuer);
      currentKid = nextKid;
      nextKid = fresh;
      return currentKid;
    },
    revoke: (kid) => {
      if (kid === currentKid) {
        throw new Error("the key that signs cannot be revoked: rotate first");
      }
      revoked.add(kid);
    },
  };
}

async function addKey({ keys }: OAuth2Issuer): Promise<string> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const kid = randomBytes(15).toString("base64url");
  await keys.add({
    ...(await exportJWK(privateKey)),
    kid,
    use: "sig",
    alg: "RS256",
  });
  return kid;
}
