/** What the second line of an example backend must do with a token, sent straight to it with Acme's tenant headers. */
import { createHmac } from "node:crypto";
import type { MintOptions } from "../../local/issuer/mint.ts";
import type { LocalRun } from "../../local/local-run.ts";
import { CLIENT_ID, SUBJECT } from "./backend-cases.ts";

export interface TokenCase {
  readonly name: string;
  /** The token that goes with the request. */
  readonly make: (run: LocalRun, unpublishedKid: string) => Promise<string>;
}

export interface RefusedToken extends TokenCase {
  readonly status: number;
  readonly error: string;
}

/** The claims of the baseline are a good token's of the caller whom `TENANT_HEADERS` name. */
export function mintToken(
  run: LocalRun,
  claims: MintOptions["claims"] = {},
  options: Partial<MintOptions> = {},
): Promise<string> {
  return run.issuer.mint({
    clientId: CLIENT_ID,
    claims: { sub: SUBJECT, ...claims },
    ...options,
  });
}

export const ACCEPTED_TOKENS: readonly TokenCase[] = [
  { name: "in Auth0's own profile", make: (run) => mintToken(run) },
  {
    name: "in the RFC 9068 profile",
    make: (run) => mintToken(run, {}, { tokenDialect: "rfc9068_profile" }),
  },
  {
    name: "for this API and another",
    make: (run) =>
      mintToken(run, { aud: ["https://other.test", run.endpoints.audience] }),
  },
];

const now = (): number => Math.floor(Date.now() / 1000);

const refused = (name: string, make: TokenCase["make"]): RefusedToken => ({
  name,
  make,
  status: 401,
  error: "token_refused",
});

const mismatch = (
  name: string,
  claims: NonNullable<MintOptions["claims"]>,
): RefusedToken => ({
  name,
  make: (run) => mintToken(run, claims),
  status: 403,
  error: "token_mismatch",
});

export const REFUSED_TOKENS: readonly RefusedToken[] = [
  refused("that is no token", () => Promise.resolve("a.b.c")),
  refused("that has expired", (run) =>
    mintToken(run, { iat: now() - 7_200, exp: now() - 3_600 }),
  ),
  refused("without exp", (run) => mintToken(run, { exp: undefined })),
  refused("of another issuer", (run) =>
    mintToken(run, { iss: "https://other.test/" }),
  ),
  refused("without iss", (run) => mintToken(run, { iss: undefined })),
  refused("for another API", (run) =>
    mintToken(run, { aud: "https://other.test" }),
  ),
  refused("without aud", (run) => mintToken(run, { aud: undefined })),
  refused("without sub", (run) => mintToken(run, { sub: undefined })),
  refused("of a key that the issuer does not publish", (run, kid) =>
    mintToken(run, {}, { kid }),
  ),
  refused("with an altered claim", async (run) =>
    alter(await mintToken(run), { scope: "admin" }),
  ),
  refused("without a signature, alg none", async (run) => {
    const [, payload = ""] = (await mintToken(run)).split(".");
    return `${encode({ alg: "none", typ: "JWT" })}.${payload}.`;
  }),
  refused("signed by HS256 with the public key", signWithPublicKey),
  mismatch("of another application", {
    azp: "TeKdNnFRIBXuDL7DxtpYlSXpfKtHF4vU",
  }),
  mismatch("of another user", { sub: "auth0|somebody-else" }),
  mismatch("without an application", { azp: undefined }),
];

async function signWithPublicKey(run: LocalRun): Promise<string> {
  const [header = "", payload = ""] = (await mintToken(run)).split(".");
  const { kid } = decode(header);
  const signed = `${encode({ alg: "HS256", typ: "JWT", kid })}.${payload}`;
  // The secret does not matter: whatever is tried as one, the algorithm is not allowed.
  const signature = createHmac("sha256", "public key").update(signed);
  return `${signed}.${signature.digest("base64url")}`;
}

/** The same token with another key's id, and so with a signature that does not fit. */
export function withKeyId(token: string, kid: string): string {
  const [header = "", payload, signature] = token.split(".");
  return [encode({ ...decode(header), kid }), payload, signature].join(".");
}

function alter(token: string, claims: object): string {
  const [header, payload = "", signature] = token.split(".");
  return [header, encode({ ...decode(payload), ...claims }), signature].join(
    ".",
  );
}

function encode(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString("base64url");
}

function decode(part: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(part, "base64url").toString()) as Readonly<
    Record<string, unknown>
  >;
}
