import { expect, test } from "vitest";
import { parseTenantRecord } from "../../../lambda/core/tenant-record.ts";
import {
  buildItem,
  createPopulation,
  keyOf,
  partitionOf,
  tenantOfKey,
} from "../../../bench/simulation/population.ts";
import { ISSUER } from "../../../bench/simulation/settings.ts";

test("the tokens' shares add up to all requests, the first one's being the largest", () => {
  const { shares } = createPopulation({
    tenants: 10,
    tokens: 1_000,
    zipfExponent: 1,
    seed: 1,
  });
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  expect((shares[0] ?? 0) / (shares[9] ?? 1)).toBeCloseTo(10, 4);
});

test("every token is a tenant's, and the first tenant has the most", () => {
  const { tenantOf } = createPopulation({
    tenants: 10,
    tokens: 10_000,
    zipfExponent: 1,
    seed: 1,
  });
  const counts = Array.from({ length: 10 }, () => 0);
  for (const tenant of tenantOf) counts[tenant] = (counts[tenant] ?? 0) + 1;
  expect(counts.reduce((a, b) => a + b)).toBe(10_000);
  expect(Math.max(...counts)).toBe(counts[0]);
});

test.each([false, true])(
  "a record is one that the product takes, suspended: %s",
  (isSuspended) => {
    for (let tenant = 0; tenant < 5; tenant += 1) {
      const parsed = parseTenantRecord(
        buildItem(tenant, isSuspended),
        keyOf(tenant),
        { tenantClaim: "azp", defaultRoutes: [], issuers: new Set([ISSUER]) },
      );
      expect(parsed).toMatchObject({
        ok: true,
        tenant: { status: isSuspended ? "suspended" : "active" },
      });
      expect(parsed.ok && parsed.tenant.routes.length).toBe(tenant + 1);
    }
  },
);

test("a key leads back to its tenant", () => {
  expect([0, 7, 99_999].map((tenant) => tenantOfKey(keyOf(tenant)))).toEqual([
    0, 7, 99_999,
  ]);
});

test("neighbours are spread over the partitions evenly", () => {
  const counts = [0, 0, 0, 0];
  for (let tenant = 0; tenant < 10_000; tenant += 1) {
    const partition = partitionOf(tenant, 4);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  expect(counts).toHaveLength(4);
  for (const count of counts) expect(Math.abs(count - 2_500)).toBeLessThan(50);
});
