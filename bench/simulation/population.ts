/** Tenants, their records and their tokens. Token 0 is the one in most use, tenant 0 the one with most tokens. */
import { createRandom } from "./random.ts";
import type { Sizes } from "./sizes.ts";
import { createZipf, sumWeights } from "./zipf.ts";

export interface Population {
  /** By token. */
  readonly tenantOf: Uint32Array;
  /** Each token's share of the requests. */
  readonly shares: Float32Array;
}

export function createPopulation({
  tenants,
  tokens,
  zipfExponent,
  seed,
}: Pick<Sizes, "tenants" | "tokens" | "zipfExponent" | "seed">): Population {
  const drawTenant = createZipf(tenants, zipfExponent, createRandom(seed + 1));
  const tenantOf = new Uint32Array(tokens);
  const shares = new Float32Array(tokens);
  const sum = sumWeights(tokens, zipfExponent);
  for (let token = 0; token < tokens; token += 1) {
    tenantOf[token] = drawTenant() - 1;
    shares[token] = (token + 1) ** -zipfExponent / sum;
  }
  return { tenantOf, shares };
}

export const keyOf = (tenant: number): string => `client-${tenant}`;

export const tenantOfKey = (key: string): number =>
  Number(key.slice("client-".length));

/** A record of one to five routes, as DynamoDB hands it out. */
export function buildItem(
  tenant: number,
  isSuspended: boolean,
): Record<string, unknown> {
  const tenantId = `tenant-${tenant}`;
  return {
    azp: { S: keyOf(tenant) },
    tenantId: { S: tenantId },
    status: { S: isSuspended ? "suspended" : "active" },
    routes: {
      SS: ROUTES.slice(0, 1 + (tenant % ROUTES.length)).map(
        ([methods, path]) => `${methods} /${tenantId}/${path}`,
      ),
    },
  };
}

const ROUTES = [
  ["GET,POST", "orders/*"],
  ["GET", "invoices/*"],
  ["GET,PUT,DELETE", "users/*"],
  ["*", "files/*"],
  ["GET", "status"],
] as const;

/** Any hash that spreads neighbours will do: which partition a record is in. */
export const partitionOf = (tenant: number, partitions: number): number =>
  Math.floor(
    ((Math.imul(tenant + 1, 0x9e3779b1) >>> 0) / 2 ** 32) * partitions,
  );
