/** The parts of an invocation that wait, added up: whatever hangs, the function answers before Lambda stops it. */
import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  TABLE_READ_BUDGET,
  TABLE_WARM_UP_BUDGET,
  createDynamoClient,
  createTenantReader,
} from "../../lambda/authorizer/adapters/dynamo-tenants.ts";
import { JWKS_FETCH_BUDGET } from "../../lambda/authorizer/adapters/jwks-fetcher.ts";
import {
  KEY_SET_COOLDOWNS,
  createKeySets,
} from "../../lambda/authorizer/adapters/key-sets.ts";
import { createTenantCache } from "../../lambda/authorizer/adapters/tenant-cache.ts";
import { ENV } from "../../lambda/authorizer/env-names.ts";
import { synthesizeTenantApi } from "../lib/synthesize.ts";
import { manualClock, scriptedPort } from "../support/fakes.ts";
import { RECORD_RULES, tenantItem } from "../support/records.ts";
import { ISSUER } from "../support/tokens.ts";
import { BOUNDS_MS } from "./cells.ts";
import {
  TABLE_OUTAGES,
  type TableFault,
  startFaultyTable,
} from "./faulty-table.ts";

/** The Lambda service's own limit, the same for every function. */
const INIT_LIMIT_MS = 10_000;
const KEY_SETS_OPTIONS = {
  maxAgeSeconds: 600,
  staleSeconds: 3_600,
  ...KEY_SET_COOLDOWNS,
};

/** Synthesizing is slow work, and none of the tests'. */
let timeoutMs: number;
beforeAll(() => {
  timeoutMs = findTimeoutMs();
}, 120_000);

describe("budgets", () => {
  test("keys, table and both stay within the bounds that are promised", () => {
    expect(JWKS_FETCH_BUDGET.totalMs).toBeLessThan(BOUNDS_MS.keys);
    expect(TABLE_READ_BUDGET.totalMs).toBeLessThan(BOUNDS_MS.table);
    expect(
      TABLE_WARM_UP_BUDGET.totalMs + TABLE_READ_BUDGET.totalMs,
    ).toBeLessThan(BOUNDS_MS.tableCold);
    expect(JWKS_FETCH_BUDGET.totalMs + TABLE_READ_BUDGET.totalMs).toBeLessThan(
      BOUNDS_MS.both,
    );
  });

  test("the worst path ends 500 ms before the function's time-out, even if init is run again inside it", () => {
    // Lambda repeats an init that failed within the first invocation, on that invocation's time.
    const initMs = Math.max(
      JWKS_FETCH_BUDGET.totalMs,
      TABLE_WARM_UP_BUDGET.totalMs,
    );
    const invocationMs = JWKS_FETCH_BUDGET.totalMs + TABLE_READ_BUDGET.totalMs;
    expect(initMs + invocationMs).toBeLessThanOrEqual(timeoutMs - 500);
    expect(initMs).toBeLessThan(INIT_LIMIT_MS / 2);
  });

  test("both attempts of a read fit into its total, the first one's connect time included", () => {
    const { totalMs, connectMs, attemptMs } = TABLE_READ_BUDGET;
    expect(connectMs).toBeLessThanOrEqual(attemptMs);
    expect(2 * attemptMs).toBeLessThanOrEqual(totalMs);
  });
});

describe("what the sum relies on", () => {
  test("one look-up of a key fetches once, whatever comes of it", async () => {
    for (const answer of [new Error("down"), Buffer.from("{}")]) {
      const { port, calls } = scriptedPort<[string], Uint8Array>(answer);
      const keySets = createKeySets(KEY_SETS_OPTIONS, {
        fetchJwks: port,
        now: manualClock().now,
      });
      await expect(keySets.findKey("uri", "kid")).rejects.toThrow();
      expect(calls).toHaveLength(1);
    }
  });

  test("one look-up of a tenant reads once, the SDK's retry being part of its budget", async () => {
    const { port, calls } = scriptedPort<[string], never>(new Error("down"));
    const findTenant = createTenantCache(
      { ...RECORD_RULES, cacheSeconds: 5, staleSeconds: 300, maxEntries: 10 },
      { readTenantItem: port, now: manualClock().now },
    );
    await expect(findTenant("key", ISSUER)).rejects.toThrow();
    expect(calls).toHaveLength(1);
  });

  test("several issuers are prewarmed at the same time, so init waits once", async () => {
    const pending = Promise.withResolvers<Uint8Array>();
    const asked: string[] = [];
    const keySets = createKeySets(KEY_SETS_OPTIONS, {
      fetchJwks: (uri) => {
        asked.push(uri);
        return pending.promise;
      },
      now: manualClock().now,
    });
    const prewarmed = Promise.all(["a", "b", "c"].map(keySets.prewarm));
    expect(asked).toEqual(["a", "b", "c"]);
    pending.reject(new Error("down"));
    await prewarmed;
  });
});

describe("a read of the table over a real socket", () => {
  async function readFrom(fault: TableFault) {
    await using table = await startFaultyTable(tenantItem());
    await table.fail(fault);
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", table.url);
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "drill");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "drill");
    const read = createTenantReader(
      createDynamoClient(TABLE_READ_BUDGET),
      { tableName: "tenants", keyAttribute: "azp" },
      TABLE_READ_BUDGET,
    );
    const startedAt = performance.now();
    const result = await read("key");
    return { result, ms: performance.now() - startedAt };
  }

  // A quarter of a second for the test's own machine.
  test.each([
    "hang",
    "black hole",
    "drip",
    "throttled, slowly",
    "503, retry-after 60",
  ] as const)("%s: gives up within its total", async (name) => {
    const { result, ms } = await readFrom(TABLE_OUTAGES[name]);
    expect(result).toEqual({ kind: "unavailable", isTransient: true });
    expect(ms).toBeLessThan(TABLE_READ_BUDGET.totalMs + 250);
  });
});

function findTimeoutMs(): number {
  const authorizer = synthesizeTenantApi()
    .all("AWS::Lambda::Function")
    .find(({ properties }) =>
      JSON.stringify(properties["Environment"]).includes(ENV.issuers),
    );
  return Number(authorizer?.properties["Timeout"]) * 1_000;
}
