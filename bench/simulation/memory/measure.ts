/** Builds the product's caches until they are full and prints what they keep on the heap; run with --expose-gc. */
import {
  MAX_CACHED_TENANTS,
  createTenantCache,
} from "../../../lambda/authorizer/adapters/tenant-cache.ts";
import {
  MAX_VERIFIED_TOKENS,
  createVerifiedTokens,
} from "../../../lambda/authorizer/adapters/verified-tokens.ts";
import { compilePolicy } from "../../../lambda/core/policy.ts";
import { parseJsonObject } from "../../../lambda/core/json.ts";
import { buildItem, keyOf, tenantOfKey } from "../population.ts";
import { ISSUER, SETTINGS } from "../settings.ts";

const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
} as const;

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const findTenant = createTenantCache(
  {
    tenantClaim: SETTINGS.tenantClaim,
    defaultRoutes: [],
    issuers: new Set([ISSUER]),
    cacheSeconds: SETTINGS.tenantCacheSeconds,
    staleSeconds: SETTINGS.tenantStaleSeconds,
    maxEntries: MAX_CACHED_TENANTS,
  },
  {
    now: () => 0,
    readTenantItem: (key) =>
      // Through text, as it comes from the network: shared strings would look like savings.
      Promise.resolve({
        kind: "item",
        item: JSON.parse(
          JSON.stringify(buildItem(tenantOfKey(key), false)),
        ) as unknown,
      }),
  },
);

async function fillRecords(count: number, from: number): Promise<void> {
  for (let tenant = from; tenant < from + count; tenant += 1) {
    const { tenant: found } = await findTenant(keyOf(tenant), ISSUER);
    if (found === undefined) throw new Error("no record");
    compilePolicy(found, STAGE).build(new Set(), 2_000_000_000);
  }
}

const verified = createVerifiedTokens(MAX_VERIFIED_TOKENS);
function fillTokens(count: number): void {
  for (let token = 0; token < count; token += 1) {
    const claims = {
      iss: ISSUER,
      sub: `${keyOf(token)}@clients`,
      aud: "https://api.example.com",
      azp: keyOf(token),
      iat: 1_900_000_000 + token,
      exp: 2_000_000_000 + token,
      gty: "client-credentials",
      scope: "read:orders write:orders delete:users",
    };
    const text = JSON.stringify(claims);
    verified.keep(text, parseJsonObject(Buffer.from(text)) ?? {}, 0);
  }
}

// What is compiled and allocated once is none of the entries'.
await fillRecords(100, 0);
fillTokens(100);
const emptyBytes = heapBytes();
await fillRecords(MAX_CACHED_TENANTS - 100, 100);
const recordsBytes = heapBytes() - emptyBytes;
fillTokens(MAX_VERIFIED_TOKENS);
const tokensBytes = heapBytes() - emptyBytes - recordsBytes;
// Read again, so that neither can have been collected before it was measured.
await fillRecords(1, MAX_CACHED_TENANTS - 1);
if (verified.find("absent", 0) !== undefined) throw new Error("not empty");

console.log(
  JSON.stringify({
    bytesPerRecord: Math.round(recordsBytes / (MAX_CACHED_TENANTS - 100)),
    bytesPerToken: Math.round(tokensBytes / (MAX_VERIFIED_TOKENS - 100)),
    maxRecords: MAX_CACHED_TENANTS,
    maxTokens: MAX_VERIFIED_TOKENS,
  }),
);
