/** From a workload, a design and prices to quantities and dollars of a month. */
import type { Design } from "./designs.ts";
import { effectiveTtlSeconds, invocationsPerKey } from "./hit-ratio.ts";
import type { Prices, Tier } from "./prices.ts";
import { MONTH_SECONDS, type Workload } from "./workload.ts";

export interface Quantities {
  readonly hitRatio: number;
  readonly invocations: number;
  readonly gbSeconds: number;
  readonly readUnits: number;
  readonly logBytes: number;
  readonly jwksFetches: number;
}

export interface Bill {
  readonly gateway: number;
  readonly lambda: number;
  readonly reads: number;
  readonly logs: number;
  /** Lambda, reads and logs: what guarding costs on top of the gateway. */
  readonly authorizer: number;
  readonly total: number;
}

export function countQuantities(
  workload: Workload,
  design: Design,
): Quantities {
  if (!design.hasFunction) {
    return {
      ...{ hitRatio: 0, invocations: 0, gbSeconds: 0 },
      ...{ readUnits: 0, logBytes: 0, jwksFetches: 0 },
    };
  }
  const { requests, tokens, activeSeconds } = workload;
  const keysPerToken = design.isKeyedByRoute ? workload.routesPerToken : 1;
  const keys = Math.min(requests, tokens * keysPerToken);
  const ttlSeconds = effectiveTtlSeconds(
    design.ttlSeconds(workload),
    design.flushesOnChange ? workload.flushes / MONTH_SECONDS : 0,
  );
  const invocations =
    keys *
    invocationsPerKey({ requests: requests / keys, activeSeconds }, ttlSeconds);
  const billedMs =
    workload.warmMs +
    workload.coldShare * workload.initMs +
    (design.fetchesJwksEachTime ? workload.jwksFetchMs : 0);
  return {
    hitRatio: 1 - invocations / requests,
    invocations,
    gbSeconds: invocations * (billedMs / 1_000) * (workload.memoryMb / 1_024),
    readUnits: design.readsRecords
      ? invocations * (1 - workload.recordHitRatio)
      : 0,
    logBytes: invocations * workload.logBytes,
    jwksFetches: design.fetchesJwksEachTime
      ? invocations
      : invocations * workload.coldShare,
  };
}

export function priceQuantities(
  requests: number,
  quantities: Quantities,
  prices: Prices,
): Bill {
  const gateway = priceTiers(requests, prices.gatewayTiers);
  const lambda =
    (quantities.invocations / 1e6) * prices.invocationsPerMillion +
    quantities.gbSeconds * prices.gbSecond;
  const reads = (quantities.readUnits / 1e6) * prices.readUnitsPerMillion;
  const logs = (quantities.logBytes / 1e9) * prices.logsPerGigabyte;
  const authorizer = lambda + reads + logs;
  return {
    ...{ gateway, lambda, reads, logs },
    ...{ authorizer, total: gateway + authorizer },
  };
}

/** Each tier's price for the requests that fall into it. */
export function priceTiers(requests: number, tiers: readonly Tier[]): number {
  let from = 0;
  let dollars = 0;
  for (const { upToRequests, perMillion } of tiers) {
    const within = Math.max(0, Math.min(requests, upToRequests) - from);
    dollars += (within / 1e6) * perMillion;
    from = upToRequests;
  }
  return dollars;
}
