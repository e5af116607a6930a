/** What the local run and the simulation are both asked to play: phases of requests, and what happens between them. */
import { createRandom } from "../random.ts";
import { createZipf } from "../zipf.ts";

export type Before =
  /** So long after the last request. */
  | { readonly kind: "pause"; readonly ms: number }
  /** All environments are ended. */
  | { readonly kind: "recycle" }
  /** To a key that no key set holds; the phase's tokens are signed with it. */
  | { readonly kind: "rotate" }
  /** A tenant's row is changed, and all that follows from it is waited for. */
  | { readonly kind: "suspend"; readonly tenant: number };

export interface Phase {
  readonly name: string;
  readonly before: readonly Before[];
  /** Tokens, in the order of their requests, one request after the other. */
  readonly tokens: readonly number[];
}

export interface Schedule {
  readonly tenants: number;
  readonly tokens: number;
  readonly ttlSeconds: number;
  readonly phases: readonly Phase[];
}

const TENANTS = 12;
/** Tokens of the key that is there from the start, and those of the one that follows it. */
const OLD_TOKENS = 40;
const NEW_TOKENS = 8;
const KEPT_FOR_LATER = OLD_TOKENS - 1;

export const tenantOf = (token: number): number => token % TENANTS;
export const isOfNewKey = (token: number): boolean => token >= OLD_TOKENS;

/** Longer than a record (5 s) is cached. */
const RECORDS_OLD = { kind: "pause", ms: 6_000 } as const;

/**
 * The two clocks agree to some milliseconds, not to nothing. So nothing comes of age while requests are sent: a phase
 * is shorter than a record's 5 s, phases are apart by more, and all before the long pause are within an answer's TTL.
 */
export function buildSchedule(seed: number): Schedule {
  const draw = createZipf(OLD_TOKENS, 1, createRandom(seed));
  const requests = (count: number): readonly number[] =>
    Array.from({ length: count }, () => draw() - 1);
  const early = (count: number): readonly number[] =>
    requests(count).filter((token) => token !== KEPT_FOR_LATER);
  return {
    tenants: TENANTS,
    tokens: OLD_TOKENS + NEW_TOKENS,
    ttlSeconds: 40,
    phases: [
      { name: "a cold start", before: [], tokens: [0] },
      { name: "first requests", before: [RECORDS_OLD], tokens: early(80) },
      {
        name: "records of age, answers not",
        before: [RECORDS_OLD],
        tokens: early(60),
      },
      {
        name: "environments ended",
        before: [{ kind: "recycle" }],
        tokens: [KEPT_FOR_LATER],
      },
      {
        name: "on the new environment",
        before: [RECORDS_OLD],
        tokens: requests(40),
      },
      {
        name: "answers of age",
        before: [{ kind: "pause", ms: 41_500 }],
        tokens: requests(60),
      },
      {
        name: "a key nobody has seen",
        before: [RECORDS_OLD, { kind: "rotate" }],
        // Each of the new tokens, some of them twice.
        tokens: Array.from(
          { length: 12 },
          (_, index) => OLD_TOKENS + (index % NEW_TOKENS),
        ),
      },
      {
        name: "a tenant suspended",
        before: [{ kind: "suspend", tenant: 0 }],
        tokens: [0, ...requests(60)],
      },
    ],
  };
}
