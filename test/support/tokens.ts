/** Access tokens as Auth0 issues them, signed with real keys; and the means to make ones that nobody would issue. */
import {
  type JsonWebKey,
  type KeyObject,
  createHmac,
  generateKeyPairSync,
  sign,
} from "node:crypto";

/** The instant at which every test takes place, in epoch seconds. */
export const NOW = 1_800_000_000;
export const ISSUER = "https://acme.eu.auth0.com/";
export const AUDIENCE = "https://api.acme.com";
export const CLIENT_ID = "AcMeSpaClientId0000000000000000a";
export const SUBJECT = "auth0|5f7c8ec7c33c6c004bbafe82";

/** A member that is `undefined` is left out. */
export type Overrides = Readonly<Record<string, unknown>>;

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** As it stands in the issuer's JWKS. */
  readonly jwk: PublicJwk;
}

export interface PublicJwk extends JsonWebKey {
  readonly kty: "RSA";
  readonly kid: string;
  readonly use: "sig";
  readonly alg: "RS256";
  readonly n: string;
  readonly e: string;
}

const keys = new Map<string, SigningKey>();

/** The RSA-2048 key that goes by this name, the same for the whole process. */
export function signingKey(kid = "key-1"): SigningKey {
  const key = keys.get(kid) ?? createSigningKey(kid);
  keys.set(kid, key);
  return key;
}

/** A new RSA key; with the `kid` of another it plays a rotation or a forger. */
export function createSigningKey(
  kid: string,
  { modulusLength = 2_048, publicExponent = 65_537 } = {},
): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength,
    publicExponent,
  });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  return {
    kid,
    privateKey,
    jwk: { kty: "RSA", use: "sig", alg: "RS256", kid, n, e },
  };
}

/** The JWKS document of these keys. */
export function jwksOf(...signingKeys: readonly SigningKey[]): {
  keys: PublicJwk[];
} {
  return { keys: signingKeys.map(({ jwk }) => jwk) };
}

/** The same as the bytes that an issuer serves. */
export function jwksBytes(...signingKeys: readonly SigningKey[]): Buffer {
  return Buffer.from(JSON.stringify(jwksOf(...signingKeys)));
}

/** The claims of Auth0's own profile, good at NOW. */
export function accessTokenClaims(
  overrides: Overrides = {},
): Record<string, unknown> {
  return withOverrides(
    {
      iss: ISSUER,
      sub: SUBJECT,
      aud: [AUDIENCE, `${ISSUER}userinfo`],
      iat: NOW - 60,
      exp: NOW + 3_600,
      scope: "openid profile",
      azp: CLIENT_ID,
    },
    overrides,
  );
}

/** The claims of Auth0's RFC 9068 profile, good at NOW; they go with the header `{ typ: "at+jwt" }`. */
export function rfc9068Claims(
  overrides: Overrides = {},
): Record<string, unknown> {
  return accessTokenClaims({
    azp: undefined,
    client_id: CLIENT_ID,
    jti: "oLhS1CLxVuNxWSyNRzBFhX",
    ...overrides,
  });
}

export interface AccessTokenOverrides {
  readonly claims?: Overrides;
  readonly header?: Overrides;
  readonly key?: SigningKey;
}

/** A good access token of Auth0's own profile, but for the overrides. */
export function signAccessToken({
  claims = {},
  header = {},
  key = signingKey(),
}: AccessTokenOverrides = {}): string {
  return signToken(
    withOverrides({ alg: "RS256", typ: "JWT", kid: key.kid }, header),
    accessTokenClaims(claims),
    key,
  );
}

/** What header and payload are made of: an object becomes JSON, text becomes UTF-8, bytes stay as they are. */
export type TokenPart = object | string | Uint8Array;

/** A token of exactly this header and payload, its signature true whatever they say. */
export function signToken(
  header: TokenPart,
  payload: TokenPart,
  key: SigningKey = signingKey(),
): string {
  return signInput(`${encodePart(header)}.${encodePart(payload)}`, key);
}

/** The signing input as it is, spelled well or not, and its true RS256 signature. */
export function signInput(
  input: string,
  key: SigningKey = signingKey(),
): string {
  const signature = sign("sha256", Buffer.from(input), key.privateKey);
  return `${input}.${signature.toString("base64url")}`;
}

/** A token under HS256 with the public key's PEM as the secret: the classic confusion of algorithms. */
export function macToken(
  header: TokenPart,
  payload: TokenPart,
  secret: string | Uint8Array,
): string {
  const input = `${encodePart(header)}.${encodePart(payload)}`;
  const mac = createHmac("sha256", secret).update(input);
  return `${input}.${mac.digest("base64url")}`;
}

/** The base64url of a part, canonical. */
export function encodePart(part: TokenPart): string {
  const bytes =
    part instanceof Uint8Array || typeof part === "string"
      ? part
      : JSON.stringify(part);
  return Buffer.from(bytes).toString("base64url");
}

/** The members of the base with the overrides on top; `undefined` takes a member away. */
export function withOverrides(
  base: Overrides,
  overrides: Overrides,
): Record<string, unknown> {
  const merged = Object.entries({ ...base, ...overrides });
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}
