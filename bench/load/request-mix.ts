/** What is sent, how often, and what must be answered. */
import type { Random } from "../simulation/random.ts";

/** What a right answer is, whether the gateway keeps it or the authorizer gives it anew. */
export type Expectation =
  | { readonly status: 200; readonly tenantId: string }
  | { readonly status: 403; readonly reason: string }
  | { readonly status: 401 };

export interface LoadRequest {
  /** Below the stage. */
  readonly path: string;
  /** The whole header value; nothing for a request without one. */
  readonly authorization: string | undefined;
  readonly expected: Expectation;
}

/** Of 100 requests, in the order of the result's table. */
export const SHARES = {
  "own route": 70,
  "another tenant's route": 8,
  "a suspended tenant": 6,
  "a tenant without a record": 4,
  "a forged signature": 4,
  "an expired token": 4,
  "no token": 4,
} as const;

export type RequestKind = keyof typeof SHARES;

/** The requests of each kind, one for each of its tokens. */
export type RequestPools = Readonly<
  Record<RequestKind, readonly LoadRequest[]>
>;

export interface DrawnRequest extends LoadRequest {
  readonly kind: RequestKind;
}

/**
 * The next request. Within a kind the first tokens come more often than the last, as some clients do, so that part of
 * the answers are kept ones and part are not.
 *
 * @throws when a kind has no requests
 */
export function drawRequest(pools: RequestPools, random: Random): DrawnRequest {
  const kind = drawKind(random);
  const pool = pools[kind];
  const request = pool[Math.floor(pool.length * random() ** SKEW)];
  if (request === undefined) throw new Error(`there is no request: ${kind}`);
  return { kind, ...request };
}

/** The first tenth of the tokens makes a third of the requests. */
const SKEW = 2;

const KINDS = Object.entries(SHARES) as readonly [RequestKind, number][];
const TOTAL = KINDS.reduce((sum, [, share]) => sum + share, 0);

function drawKind(random: Random): RequestKind {
  let left = random() * TOTAL;
  for (const [kind, share] of KINDS) {
    left -= share;
    if (left < 0) return kind;
  }
  return "no token";
}
