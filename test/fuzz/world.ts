/** What the fuzzed tokens are judged in: issuers with their keys, and deployments with their tables. */
import {
  AUDIENCE,
  ISSUER,
  NOW,
  type SigningKey,
  createSigningKey,
} from "../support/tokens.ts";

export const OTHER_ISSUER = "https://login.globex.com/";
export const OTHER_AUDIENCE = "https://billing.acme.com";
export const NAMESPACED_CLAIM = "https://acme.com/tenant";

/** Plain data, but for the keys, which a worker thread receives whole. */
export interface World {
  readonly issuers: readonly Issuer[];
  /** In nobody's key set. */
  readonly stranger: SigningKey;
}

export interface Issuer {
  readonly issuer: string;
  readonly jwks: {
    readonly keys: readonly Readonly<Record<string, unknown>>[];
  };
  /** Who can sign under which `kid`, whether a verifier may use the key or not. */
  readonly signers: readonly SigningKey[];
}

export function createWorld(): World {
  const first = createSigningKey("key-1");
  const second = createSigningKey("key-2");
  const twin = createSigningKey("twin");
  const weak = createSigningKey("weak", { modulusLength: 1_024 });
  const others = createSigningKey("key-1");
  const as = (kid: string): SigningKey => ({ ...second, kid });
  const { kty, n, e } = second.jwk;
  return {
    issuers: [
      {
        issuer: ISSUER,
        jwks: {
          keys: [
            first.jwk,
            second.jwk,
            { kty, n, e, kid: "bare" },
            { ...second.jwk, kid: "twin" },
            twin.jwk,
            weak.jwk,
            { ...second.jwk, kid: "encryption", use: "enc" },
            { ...second.jwk, kid: "rs512", alg: "RS512" },
            { ...second.jwk, kid: "sign-only", key_ops: ["sign"] },
            { kty: "oct", kid: "secret", k: "c2VjcmV0" },
          ],
        },
        signers: [
          first,
          second,
          ...["bare", "twin", "encryption", "rs512", "sign-only"].map(as),
          twin,
          weak,
        ],
      },
      // Its key-1 is not the other issuer's.
      {
        issuer: OTHER_ISSUER,
        jwks: { keys: [others.jwk] },
        signers: [others],
      },
    ],
    stranger: createSigningKey("key-1"),
  };
}

/** A record of the table, in words of its own: the authorizer reads it as a DynamoDB item, the oracle as it is. */
export interface Row {
  readonly key: string;
  readonly tenantId: string;
  readonly status: "active" | "suspended";
  /** The scope that its only route asks for. */
  readonly routeScope?: string;
  readonly issuer?: string;
  readonly tokensValidAfter?: number;
  readonly expiresAt?: number;
  readonly require?: Readonly<Record<string, string>>;
}

export interface Deployment {
  readonly name: string;
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly tenantClaim: string;
  readonly clockToleranceSeconds: number;
  readonly maxTokenLifetimeSeconds: number;
  readonly rows: readonly Row[];
}

/** Records of every kind, each under the key that the function makes of its tenant. */
function rowsFor(keyOf: (tenantId: string) => string): readonly Row[] {
  const row = (tenantId: string, rest: Partial<Row> = {}): Row => ({
    key: keyOf(tenantId),
    tenantId,
    status: "active",
    ...rest,
  });
  return [
    row("acme"),
    row("globex", { require: { org_id: "org_globex" } }),
    row("initech", { status: "suspended" }),
    row("umbrella", { tokensValidAfter: NOW - 60 }),
    row("hooli", { expiresAt: NOW }),
    row("stark", { routeScope: "read:orders" }),
    row("cyberdyne", { expiresAt: NOW + 600 }),
  ];
}

export const DEPLOYMENTS: readonly Deployment[] = [
  {
    name: "applications",
    issuers: [ISSUER],
    audiences: [AUDIENCE],
    tenantClaim: "azp",
    clockToleranceSeconds: 5,
    maxTokenLifetimeSeconds: 2_592_000,
    rows: rowsFor((tenantId) => `${tenantId}.Client_0|a:b@c/d-e`),
  },
  {
    name: "two issuers",
    issuers: [ISSUER, OTHER_ISSUER],
    audiences: [OTHER_AUDIENCE, AUDIENCE],
    tenantClaim: "azp",
    clockToleranceSeconds: 0,
    maxTokenLifetimeSeconds: 7_200,
    rows: [
      ...rowsFor((tenantId) => `client-${tenantId}`).map((row) => ({
        ...row,
        issuer: ISSUER,
      })),
      {
        key: "client-wayne",
        tenantId: "wayne",
        status: "active",
        issuer: OTHER_ISSUER,
      },
    ],
  },
  {
    name: "organizations",
    issuers: [ISSUER],
    audiences: [AUDIENCE],
    tenantClaim: "org_id",
    clockToleranceSeconds: 60,
    maxTokenLifetimeSeconds: 86_400,
    rows: rowsFor((tenantId) => `org_${tenantId}`),
  },
  {
    name: "namespaced claim",
    issuers: [ISSUER],
    audiences: [AUDIENCE],
    tenantClaim: NAMESPACED_CLAIM,
    clockToleranceSeconds: 5,
    maxTokenLifetimeSeconds: 86_400,
    rows: rowsFor((tenantId) => tenantId),
  },
];
