/** Claim confusion, third part: what a record and the configuration ask of a good token. */
import { methodArn } from "../../support/events.ts";
import {
  CLIENT_ID,
  ISSUER,
  NOW,
  type Overrides,
  jwksBytes,
  signingKey,
} from "../../support/tokens.ts";
import {
  type Attack,
  type Expected,
  allowed,
  allowedWith,
  control,
  forbidden,
  refused,
  withToken,
} from "../attack.ts";
import {
  GLOBEX_ISSUER,
  NAMESPACED_CLAIM,
  ORG_ID,
  accessToken,
  claiming,
} from "../baseline.ts";
import type { DeploymentOptions } from "../deployment.ts";

const SCOPED: DeploymentOptions = {
  record: { routes: { SS: ["GET /acme/users delete:users"] } },
};
const usersArn = { event: "/acme/users" };

/** What must not count as the scope that a route asks for. */
const NOT_THE_SCOPE: readonly (readonly [string, Overrides])[] = [
  ["no scope at all", { scope: undefined }],
  ["the scope continued", { scope: "delete:users2" }],
  ["the scope cut", { scope: "delete:user" }],
  ["the scope in capitals", { scope: "DELETE:USERS" }],
  ["an asterisk", { scope: "*" }],
  [
    "half of the scope in each claim",
    { scope: "delete:", permissions: ["users"] },
  ],
  [
    "a permission that holds it among others",
    { permissions: ["read:users delete:users"] },
  ],
  ["scp and scopes", { scp: "delete:users", scopes: ["delete:users"] }],
];

const scopeAttacks: readonly Attack[] = [
  ...(
    [
      ["scope", { scope: "openid delete:users" }],
      ["permissions", { permissions: ["delete:users"] }],
    ] as const
  ).map(([what, claims]) =>
    control(
      withToken(
        `opens a scoped route to a token that holds it in ${what}`,
        claiming(claims),
        allowedWith({ arn: methodArn("GET", usersArn.event) }),
        { deployment: SCOPED },
      ),
    ),
  ),
  ...NOT_THE_SCOPE.map(([what, claims]) =>
    withToken(
      `does not open a scoped route to ${what}`,
      claiming(claims),
      forbidden("route_not_granted"),
      { deployment: SCOPED },
    ),
  ),
];

const BOUND: DeploymentOptions = {
  record: {
    require: {
      M: {
        org_id: { SS: [ORG_ID, "org_2"] },
        level: { N: "3" },
        verified: { BOOL: true },
      },
    },
  },
};
const BOUND_CLAIMS = { org_id: ORG_ID, level: 3, verified: true };

const UNBOUND: readonly (readonly [string, Overrides])[] = [
  ["without a claim that the record asks for", { org_id: undefined }],
  ["with a claim cut by a character", { org_id: ORG_ID.slice(0, -1) }],
  ["with a claim in another letter case", { org_id: ORG_ID.toLowerCase() }],
  ["with a number as text", { level: "3" }],
  ["with a number in a list", { level: [3] }],
  ["with another number", { level: 3.5 }],
  ["with a truth as text", { verified: "true" }],
  ["with a truth as a number", { verified: 1 }],
  ["with a claim that is null", { verified: null }],
];

const bindingAttacks: readonly Attack[] = [
  control(
    withToken(
      "takes a token that keeps the record's rules",
      claiming(BOUND_CLAIMS),
      allowed,
      {
        deployment: BOUND,
      },
    ),
  ),
  control(
    withToken(
      "takes a token with the other of two values that a rule allows",
      claiming({ ...BOUND_CLAIMS, org_id: "org_2" }),
      allowed,
      { deployment: BOUND },
    ),
  ),
  ...UNBOUND.map(([what, claims]) =>
    withToken(
      `forbids a token ${what}`,
      claiming({ ...BOUND_CLAIMS, ...claims }),
      forbidden("binding_rule_failed"),
      { deployment: BOUND },
    ),
  ),
  ...["__proto__", "constructor", "toString"].map((claim) =>
    withToken(
      `does not find the claim ${claim} where no token has it`,
      () => accessToken(),
      forbidden("binding_rule_failed"),
      { deployment: { record: { require: { M: { [claim]: { S: "x" } } } } } },
    ),
  ),
];

const STATES: readonly (readonly [string, Overrides, Expected])[] = [
  [
    "forbids an active tenant's token that was issued before the log-out",
    { tokensValidAfter: { N: String(NOW - 59) } },
    forbidden("token_revoked"),
  ],
  [
    "forbids a suspended tenant's token",
    { status: { S: "suspended" } },
    forbidden("tenant_suspended"),
  ],
  [
    "forbids a token from the second in which its record expires",
    { expiresAt: { N: String(NOW) } },
    forbidden("tenant_expired"),
  ],
  [
    "forbids a token whose record expired at the epoch",
    { expiresAt: { N: "0" } },
    forbidden("tenant_expired"),
  ],
  [
    "forbids a token of another issuer than the record's",
    { issuer: { S: GLOBEX_ISSUER } },
    forbidden("issuer_mismatch"),
  ],
  [
    "forbids a token whose record has denials alone",
    { routes: { SS: ["!* /acme/admin"] } },
    forbidden("route_not_granted"),
  ],
];

const stateAttacks: readonly Attack[] = [
  control(
    withToken(
      "takes a token issued in the second of the log-out",
      () => accessToken(),
      allowed,
      {
        deployment: { record: { tokensValidAfter: { N: String(NOW - 60) } } },
      },
    ),
  ),
  control(
    withToken(
      "takes a token a second before its record expires",
      () => accessToken(),
      allowed,
      {
        deployment: { record: { expiresAt: { N: String(NOW + 1) } } },
      },
    ),
  ),
  ...STATES.map(([name, record, expected]) =>
    withToken(name, () => accessToken(), expected, { deployment: { record } }),
  ),
  withToken(
    "forbids a good token without a record",
    () => accessToken(),
    forbidden("tenant_not_found"),
    {
      deployment: { record: null },
    },
  ),
];

const TWO_ISSUERS: DeploymentOptions = {
  env: { AUTH0_ISSUERS: `${ISSUER},${GLOBEX_ISSUER}` },
  record: { issuer: { S: ISSUER } },
  keySets: () => ({ [GLOBEX_ISSUER]: jwksBytes(signingKey("key-2")) }),
};
const ofGlobexIssuer = (): string =>
  accessToken({ key: signingKey("key-2"), claims: { iss: GLOBEX_ISSUER } });

const issuerAttacks: readonly Attack[] = [
  control(
    withToken(
      "takes a token of the record's issuer, of two",
      () => accessToken(),
      allowed,
      {
        deployment: TWO_ISSUERS,
      },
    ),
  ),
  withToken(
    "forbids another configured issuer's token that names the same application",
    ofGlobexIssuer,
    forbidden("issuer_mismatch"),
    { deployment: TWO_ISSUERS },
  ),
  withToken(
    "forbids it also when the record was just used with its own issuer",
    ofGlobexIssuer,
    forbidden("issuer_mismatch"),
    {
      deployment: TWO_ISSUERS,
      before: async ({ send }) => {
        await send();
      },
    },
  ),
  withToken(
    "forbids a suspended tenant's token of a foreign issuer without telling the status",
    ofGlobexIssuer,
    forbidden("issuer_mismatch"),
    {
      deployment: {
        ...TWO_ISSUERS,
        record: { issuer: { S: ISSUER }, status: { S: "suspended" } },
      },
    },
  ),
];

const ORG_MODE: DeploymentOptions = { env: { TENANT_CLAIM: "org_id" } };
const CLAIM_MODE: DeploymentOptions = {
  env: { TENANT_CLAIM: NAMESPACED_CLAIM },
};

const OTHER_MODES: readonly (readonly [
  string,
  DeploymentOptions,
  Overrides,
  Expected,
])[] = [
  [
    "takes an organization's token where organizations are tenants",
    ORG_MODE,
    { org_id: ORG_ID },
    allowed,
  ],
  [
    "refuses a token without org_id where organizations are tenants",
    ORG_MODE,
    {},
    refused("tenant_claim_missing"),
  ],
  [
    "does not take azp for the organization",
    ORG_MODE,
    { azp: ORG_ID },
    refused("tenant_claim_missing"),
  ],
  [
    "does not take org_name for the organization",
    ORG_MODE,
    { org_name: ORG_ID },
    refused("tenant_claim_missing"),
  ],
  [
    "refuses an organization's token that names no application",
    ORG_MODE,
    { org_id: ORG_ID, azp: undefined },
    refused("client_missing"),
  ],
  [
    "refuses an organization's token whose azp is a list",
    ORG_MODE,
    { org_id: ORG_ID, azp: [CLIENT_ID] },
    refused("client_missing"),
  ],
  [
    "finds no tenant for another organization",
    ORG_MODE,
    { org_id: "org_other" },
    forbidden("tenant_not_found"),
  ],
  [
    "refuses a token with an empty org_id where organizations are tenants",
    ORG_MODE,
    { org_id: "" },
    refused("tenant_claim_missing"),
  ],
  [
    "refuses a token with org_id null where organizations are tenants",
    ORG_MODE,
    { org_id: null },
    refused("tenant_claim_malformed"),
  ],
  [
    "refuses a token with a list as org_id where organizations are tenants",
    ORG_MODE,
    { org_id: [ORG_ID] },
    refused("tenant_claim_malformed"),
  ],
  [
    "refuses a token with a newline after org_id where organizations are tenants",
    ORG_MODE,
    { org_id: `${ORG_ID}\n` },
    refused("tenant_claim_malformed"),
  ],
  [
    "takes a claim of the team's own",
    CLAIM_MODE,
    { [NAMESPACED_CLAIM]: "acme-value" },
    allowed,
  ],
  [
    "refuses a token without the team's claim",
    CLAIM_MODE,
    {},
    refused("tenant_claim_missing"),
  ],
  [
    "does not take the team's claim under http for the one under https",
    CLAIM_MODE,
    { "http://acme.com/tenant": "acme-value" },
    refused("tenant_claim_missing"),
  ],
  [
    "does not take the team's claim with a slash more",
    CLAIM_MODE,
    { [`${NAMESPACED_CLAIM}/`]: "acme-value" },
    refused("tenant_claim_missing"),
  ],
  [
    "refuses the team's claim as a list",
    CLAIM_MODE,
    { [NAMESPACED_CLAIM]: ["acme-value"] },
    refused("tenant_claim_malformed"),
  ],
  [
    "refuses the team's claim as an object",
    CLAIM_MODE,
    { [NAMESPACED_CLAIM]: { id: "acme-value" } },
    refused("tenant_claim_malformed"),
  ],
];

export const tenantRules: readonly Attack[] = [
  ...scopeAttacks,
  ...bindingAttacks,
  ...stateAttacks,
  ...issuerAttacks,
  ...OTHER_MODES.map(([name, deployment, claims, expected]) => {
    const attack = withToken(name, claiming(claims), expected, { deployment });
    return expected === allowed ? control(attack) : attack;
  }),
];
