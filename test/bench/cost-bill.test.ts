import { describe, expect, test } from "vitest";
import {
  countQuantities,
  priceQuantities,
  priceTiers,
} from "../../bench/cost/bill.ts";
import { DESIGNS } from "../../bench/cost/designs.ts";
import { PRICES } from "../../bench/cost/prices.ts";
import {
  DEFAULT_WORKLOAD,
  type Workload,
  findWorkloadProblems,
} from "../../bench/cost/workload.ts";

/** One million requests of ten tokens, so that every figure can be worked out by hand. */
const WORKLOAD: Workload = {
  ...DEFAULT_WORKLOAD,
  requests: 1_000_000,
  tokens: 10,
  activeSeconds: 100_000,
  routesPerToken: 4,
  ttlSeconds: 99,
  flushes: 0,
  warmMs: 10,
  initMs: 1_000,
  coldShare: 0.01,
  jwksFetchMs: 80,
  memoryMb: 512,
  logBytes: 1_000,
};

function quantitiesOf(name: string, workload = WORKLOAD) {
  const design = DESIGNS.find((candidate) => candidate.name === name);
  if (design === undefined) throw new Error(`no design "${name}"`);
  return countQuantities(workload, design);
}

describe("what a design uses", () => {
  test("one request per second and token, kept for 99 s: one invocation in 100 requests", () => {
    const { logBytes, ...quantities } = quantitiesOf("this project");
    expect(quantities.hitRatio).toBeCloseTo(0.99, 12);
    expect(quantities.invocations).toBeCloseTo(10_000, 6);
    // 10 ms, and 10 ms of INIT on average, at half a gigabyte.
    expect(quantities.gbSeconds).toBeCloseTo(100, 6);
    expect(quantities.readUnits).toBeCloseTo(10_000, 6);
    expect(quantities.jwksFetches).toBeCloseTo(100, 6);
    expect(logBytes).toBeCloseTo(10_000_000, 3);
  });

  test("flushes make more invocations, the function's own cache fewer reads", () => {
    const more = quantitiesOf("this project", { ...WORKLOAD, flushes: 20_000 });
    expect(more.invocations).toBeGreaterThan(10_000);
    const half = { ...WORKLOAD, recordHitRatio: 0.5 };
    expect(quantitiesOf("this project", half).readUnits).toBeCloseTo(5_000, 6);
  });

  test.each(["this project, cache off", "one-route policy, TOKEN"])(
    "%s: every request is an invocation",
    (name) => {
      expect(quantitiesOf(name).invocations).toBe(1_000_000);
      expect(quantitiesOf(name).hitRatio).toBe(0);
    },
  );

  test("a key with the route in it is asked for less often, so it is kept in vain more often", () => {
    // Four keys of a quarter request per second: 1 / (1 + 99 / 4) of the requests.
    expect(
      quantitiesOf("one-route policy, REQUEST, keyed by route").invocations,
    ).toBeCloseTo(1_000_000 / 25.75, 6);
  });

  test("a JWKS fetch for each invocation is billed while it is waited for", () => {
    const quantities = quantitiesOf("JWKS fetched for each invocation");
    expect(quantities.gbSeconds).toBeCloseTo(500, 6);
    expect(quantities.jwksFetches).toBeCloseTo(10_000, 6);
    expect(quantities.readUnits).toBe(0);
  });

  test("no function, nothing to pay for beside the gateway", () => {
    const quantities = quantitiesOf("native JWT authorizer");
    expect(Object.values(quantities)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("what it costs", () => {
  const prices = {
    region: "nowhere",
    gatewayTiers: [
      { upToRequests: 1e6, perMillion: 3 },
      { upToRequests: Infinity, perMillion: 2 },
    ],
    invocationsPerMillion: 0.2,
    gbSecond: 0.001,
    readUnitsPerMillion: 0.5,
    logsPerGigabyte: 2,
  };

  test.each([
    { requests: 0, dollars: 0 },
    { requests: 1e6, dollars: 3 },
    { requests: 3e6, dollars: 7 },
  ])("$requests requests: $dollars dollars", ({ requests, dollars }) => {
    expect(priceTiers(requests, prices.gatewayTiers)).toBe(dollars);
  });

  test("each quantity has its price, and the gateway stands apart", () => {
    const bill = priceQuantities(
      1e6,
      {
        ...{ hitRatio: 0, invocations: 1e6, gbSeconds: 1_000 },
        ...{ readUnits: 2e6, logBytes: 1.5e9, jwksFetches: 7 },
      },
      prices,
    );
    expect(bill).toEqual({
      ...{ gateway: 3, lambda: 1.2, reads: 1, logs: 3 },
      ...{ authorizer: 5.2, total: 8.2 },
    });
  });

  test("every listed price is a number, and tiers get cheaper", () => {
    for (const { gatewayTiers, ...others } of Object.values(PRICES)) {
      const steps = gatewayTiers.map(({ perMillion }) => perMillion);
      expect(steps).toEqual(steps.toSorted((a, b) => b - a));
      expect(steps.every((price) => price > 0)).toBe(true);
      expect(others.gbSecond).toBeGreaterThan(0);
    }
  });
});

describe("inputs", () => {
  test("the defaults make sense", () => {
    expect(findWorkloadProblems(DEFAULT_WORKLOAD)).toEqual([]);
  });

  test.each([
    { name: "a TTL over an hour", change: { ttlSeconds: 3_601 } },
    { name: "a negative size", change: { memoryMb: -1 } },
    { name: "no number", change: { warmMs: Number.NaN } },
    { name: "a share over 1", change: { coldShare: 1.1 } },
    { name: "more tokens than requests", change: { tokens: 2e9 } },
    { name: "no time at all", change: { activeSeconds: 0 } },
    { name: "no route", change: { routesPerToken: 0 } },
  ])("refuses $name", ({ change }) => {
    expect(
      findWorkloadProblems({ ...DEFAULT_WORKLOAD, ...change }),
    ).toHaveLength(1);
  });
});
