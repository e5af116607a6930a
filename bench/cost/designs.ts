/** Ways to guard an API, by what they ask of the gateway's cache, of Lambda, of the table and of the issuer. */
import type { Workload } from "./workload.ts";

export interface Design {
  readonly name: string;
  readonly note: string;
  /** Without a function there is nothing to pay for beside the gateway. */
  readonly hasFunction: boolean;
  readonly ttlSeconds: (workload: Workload) => number;
  /** Whether the cache key has the route in it. */
  readonly isKeyedByRoute: boolean;
  readonly readsRecords: boolean;
  readonly fetchesJwksEachTime: boolean;
  readonly flushesOnChange: boolean;
}

const OURS: Design = {
  name: "this project",
  note: "one answer for all of the tenant's routes",
  hasFunction: true,
  ttlSeconds: ({ ttlSeconds }) => ttlSeconds,
  isKeyedByRoute: false,
  readsRecords: true,
  fetchesJwksEachTime: false,
  flushesOnChange: true,
};

export const DESIGNS: readonly Design[] = [
  OURS,
  {
    ...OURS,
    name: "native JWT authorizer",
    note: "no tenant record, no suspension; assumed to have no price of its own",
    hasFunction: false,
    readsRecords: false,
    flushesOnChange: false,
  },
  {
    ...OURS,
    name: "this project, cache off",
    note: "TTL 0: a suspension bites at the next request",
    ttlSeconds: () => 0,
    flushesOnChange: false,
  },
  {
    ...OURS,
    name: "JWKS fetched for each invocation",
    note: "the same cache; no record, and the issuer is asked each time",
    readsRecords: false,
    fetchesJwksEachTime: true,
    flushesOnChange: false,
  },
  {
    ...OURS,
    name: "one-route policy, REQUEST, keyed by route",
    note: "one answer per token and route",
    isKeyedByRoute: true,
    flushesOnChange: false,
  },
  {
    ...OURS,
    name: "one-route policy, TOKEN",
    note: "right only with the cache off: a kept answer refuses the token's other routes",
    ttlSeconds: () => 0,
    flushesOnChange: false,
  },
];
