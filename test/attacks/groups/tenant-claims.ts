/** Claim confusion, second part: whose token it is, and what kind of token. */
import { methodArn } from "../../support/events.ts";
import { CLIENT_ID, ISSUER, type Overrides } from "../../support/tokens.ts";
import {
  type Attack,
  type Expected,
  allowed,
  allowedWith,
  control,
  forbidden,
  notGranted,
  refused,
  withToken,
} from "../attack.ts";
import {
  GLOBEX_CLIENT_ID,
  ORG_ID,
  accessToken,
  claimsJson,
  claiming,
  payloadText,
} from "../baseline.ts";

/** A token of the RFC 9068 profile: `typ` at+jwt and `client_id`, without `azp` unless given. */
const rfc9068 = (claims: Overrides) => (): string =>
  accessToken({
    header: { typ: "at+jwt" },
    claims: { azp: undefined, client_id: CLIENT_ID, ...claims },
  });

/** Well formed, and nobody's. */
const STRANGERS: readonly string[] = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "acme",
  "tenantId",
  CLIENT_ID.toLowerCase(),
  `${CLIENT_ID}0`,
  CLIENT_ID.slice(0, -1),
  `${CLIENT_ID}@clients`,
  `${ISSUER}${CLIENT_ID}`,
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/acme",
  "../acme",
  "x".repeat(256),
];

const MALFORMED_CLIENTS: readonly unknown[] = [
  null,
  true,
  0,
  1,
  {},
  { S: CLIENT_ID },
  [],
  [CLIENT_ID],
  " ",
  ` ${CLIENT_ID}`,
  `${CLIENT_ID} `,
  `${CLIENT_ID}\n`,
  `${CLIENT_ID}\u0000`,
  `${CLIENT_ID},${GLOBEX_CLIENT_ID}`,
  "*",
  `${CLIENT_ID.slice(0, -1)}?`,
  "${aws:username}",
  "{tenantId}",
  "a#b",
  "AcMе",
  "x".repeat(257),
];

const brief = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > 50 ? `${text.slice(0, 40)}… (${text.length - 2})` : text;
};

const clientAttacks: readonly Attack[] = [
  control(
    withToken(
      "opens globex's routes to globex's token, and acme's not",
      claiming({ azp: GLOBEX_CLIENT_ID }),
      allowedWith({
        arn: methodArn("GET", "/globex/orders"),
        opensGlobex: true,
      }),
    ),
  ),
  withToken(
    "does not open acme's routes to globex's token",
    claiming({ azp: GLOBEX_CLIENT_ID }),
    allowedWith({ verdict: "implicit_deny", opensGlobex: true }),
  ),
  ...STRANGERS.map((azp) =>
    withToken(
      `finds no tenant for the azp ${brief(azp)}`,
      claiming({ azp }),
      forbidden("tenant_not_found"),
    ),
  ),
  ...MALFORMED_CLIENTS.map((azp) =>
    withToken(
      `refuses the azp ${brief(azp)}`,
      claiming({ azp }),
      refused(azp === null ? "tenant_claim_missing" : "tenant_claim_malformed"),
    ),
  ),
  withToken(
    "refuses a token without azp",
    claiming({ azp: undefined }),
    refused("tenant_claim_missing"),
  ),
  withToken(
    "refuses an empty azp",
    claiming({ azp: "" }),
    refused("tenant_claim_missing"),
  ),
];

const PROFILES: readonly (readonly [string, () => string, Expected])[] = [
  [
    "client_id in place of azp outside the RFC 9068 profile",
    claiming({ azp: undefined, client_id: CLIENT_ID }),
    refused("tenant_claim_missing"),
  ],
  [
    "client_id in place of azp without a typ",
    () =>
      accessToken({
        header: { typ: undefined },
        claims: { azp: undefined, client_id: CLIENT_ID },
      }),
    refused("tenant_claim_missing"),
  ],
  [
    "neither azp nor client_id",
    rfc9068({ client_id: undefined }),
    refused("tenant_claim_missing"),
  ],
  [
    "an empty client_id",
    rfc9068({ client_id: "" }),
    refused("tenant_claim_missing"),
  ],
  [
    "a list as client_id",
    rfc9068({ client_id: [CLIENT_ID] }),
    refused("tenant_claim_malformed"),
  ],
  [
    "an object as client_id",
    rfc9068({ client_id: { S: CLIENT_ID } }),
    refused("tenant_claim_malformed"),
  ],
  [
    "another client_id than azp",
    claiming({ client_id: GLOBEX_CLIENT_ID }),
    refused("client_mismatch"),
  ],
  [
    "another azp than client_id, in the RFC 9068 profile",
    rfc9068({ azp: GLOBEX_CLIENT_ID }),
    refused("client_mismatch"),
  ],
  [
    "azp null beside client_id",
    rfc9068({ azp: null }),
    refused("client_mismatch"),
  ],
  [
    "client_id null beside azp",
    claiming({ client_id: null }),
    refused("client_mismatch"),
  ],
  [
    "azp empty beside client_id",
    rfc9068({ azp: "" }),
    refused("client_mismatch"),
  ],
  [
    "client_id in a list beside azp",
    claiming({ client_id: [CLIENT_ID] }),
    refused("client_mismatch"),
  ],
  [
    "client_id in another letter case than azp",
    claiming({ client_id: CLIENT_ID.toLowerCase() }),
    refused("client_mismatch"),
  ],
  [
    "cid, appid and clientId in place of azp",
    claiming({
      azp: undefined,
      cid: CLIENT_ID,
      appid: CLIENT_ID,
      clientId: CLIENT_ID,
    }),
    refused("tenant_claim_missing"),
  ],
  [
    "azp inside constructor and prototype",
    payloadText(
      claimsJson({
        azp: undefined,
        constructor: { prototype: { azp: CLIENT_ID } },
        prototype: { azp: CLIENT_ID },
      }),
    ),
    refused("tenant_claim_missing"),
  ],
];

const OTHER_KINDS: readonly (readonly [string, Overrides, Expected])[] = [
  ["nonce", { nonce: "n-0S6_WzA2Mj" }, refused("id_token")],
  ["nonce null", { nonce: null }, refused("id_token")],
  ["at_hash", { at_hash: "77QmUPtjPfzWtF2AnpK9RQ" }, refused("id_token")],
  ["c_hash", { c_hash: "LDktKdoQak3Pk0cnXxCltA" }, refused("id_token")],
  [
    "cnf with jkt (DPoP)",
    { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } },
    refused("sender_constrained"),
  ],
  [
    "cnf with x5t#S256 (mTLS)",
    { cnf: { "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" } },
    refused("sender_constrained"),
  ],
  ["an empty cnf", { cnf: {} }, refused("sender_constrained")],
  ["cnf null", { cnf: null }, refused("sender_constrained")],
];

const MALFORMED_GRANTS: readonly (readonly [string, Overrides])[] = [
  ["scope in a list", { scope: ["read:orders"] }],
  ["scope null", { scope: null }],
  ["scope 1", { scope: 1 }],
  ["scope with a quote", { scope: 'read:"orders"' }],
  ["scope with a backslash", { scope: String.raw`read:\orders` }],
  ["scope with a header behind it", { scope: "a\r\nX-Tenant-Id: globex" }],
  ["scope with a tab", { scope: "read:orders\tadmin" }],
  ["scope outside ASCII", { scope: "läsa" }],
  ["permissions as text", { permissions: "read:orders" }],
  ["permissions null", { permissions: null }],
  ["permissions in an object", { permissions: { 0: "read:orders" } }],
  ["permissions that hold a number", { permissions: ["read:orders", 1] }],
  ["permissions in a list of lists", { permissions: [["read:orders"]] }],
  ["jti 1", { jti: 1 }],
  ["org_id in a list", { org_id: [ORG_ID] }],
  ["org_id null", { org_id: null }],
  ["org_id empty", { org_id: "" }],
  ["org_id with a newline", { org_id: `${ORG_ID}\n` }],
];

export const tenantClaims: readonly Attack[] = [
  ...clientAttacks,
  control(
    withToken(
      "takes azp and client_id that agree",
      claiming({ client_id: CLIENT_ID }),
      allowed,
    ),
  ),
  control(
    withToken("takes client_id in the RFC 9068 profile", rfc9068({}), allowed),
  ),
  control(
    withToken(
      "takes a machine's token",
      claiming({
        sub: `${CLIENT_ID}@clients`,
        gty: "client-credentials",
        scope: undefined,
      }),
      allowed,
    ),
  ),
  ...PROFILES.map(([what, token, expected]) =>
    withToken(`refuses a token with ${what}`, token, expected),
  ),
  ...OTHER_KINDS.map(([what, claims, expected]) =>
    withToken(`refuses a token with ${what}`, claiming(claims), expected),
  ),
  withToken(
    "refuses an ID token as Auth0 issues it to the same application",
    claiming({
      aud: CLIENT_ID,
      azp: undefined,
      nonce: "n-0S6_WzA2Mj",
      sid: "s-1",
    }),
    refused("audience_mismatch"),
  ),
  ...MALFORMED_GRANTS.map(([what, claims]) =>
    withToken(
      `refuses a token with ${what}`,
      claiming(claims),
      refused("claim_malformed"),
    ),
  ),
  withToken(
    "does not open a route by a claim that names routes",
    claiming({ routes: ["* /*"], tenantId: "globex", policyDocument: {} }),
    notGranted,
    {
      event: () => ({
        authorizationToken: `Bearer ${accessToken({ claims: { routes: ["* /*"], tenantId: "globex", policyDocument: {} } })}`,
        methodArn: methodArn("GET", "/globex/orders"),
      }),
    },
  ),
];
