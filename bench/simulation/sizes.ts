/** How much is played out: the inputs of the simulation, each with its default. */

export interface Sizes {
  /** Requests per second, after the ramp. */
  readonly rate: number;
  readonly minutes: number;
  readonly tenants: number;
  readonly tokens: number;
  /** Of requests over tokens, and of tokens over tenants. */
  readonly zipfExponent: number;
  /** How long the gateway keeps an answer; 0 for its cache switched off. */
  readonly ttlSeconds: number;
  /** Tenants that are suspended, spread over the time after the ramp. */
  readonly changes: number;
  /** Seconds from the start to a rotation to a key that nobody has seen; `undefined` for none. */
  readonly rotationAtSeconds: number | undefined;
  /** Whether a key-set snapshot was bundled at deploy time (`-c jwksSnapshot=…`). */
  readonly hasSnapshot: boolean;
  readonly seed: number;
}

/** The app's own default for what it sets (lib/app-context.ts): a TTL of 300 s, and no snapshot. */
export const DEFAULT_SIZES: Sizes = {
  rate: 10_000,
  minutes: 12,
  tenants: 100_000,
  tokens: 10_000_000,
  zipfExponent: 1,
  ttlSeconds: 300,
  changes: 2,
  rotationAtSeconds: undefined,
  hasSnapshot: false,
  seed: 1,
};

/** The least of each that makes sense, and whether only whole numbers do. */
const BOUNDS = {
  rate: { least: 1, most: 100_000, isWhole: false },
  minutes: { least: 2, most: 1_440, isWhole: true },
  tenants: { least: 1, most: 10_000_000, isWhole: true },
  tokens: { least: 1, most: 100_000_000, isWhole: true },
  zipfExponent: { least: 0, most: 5, isWhole: false },
  ttlSeconds: { least: 0, most: 3_600, isWhole: true },
  changes: { least: 0, most: 10_000, isWhole: true },
  seed: { least: 0, most: 2 ** 32 - 1, isWhole: true },
} as const satisfies Partial<Record<keyof Sizes, object>>;

export type Adjustable = keyof typeof BOUNDS;

/** What makes no sense, in words; empty when all is well. */
export function findSizeProblems(sizes: Sizes): readonly string[] {
  return Object.entries(BOUNDS).flatMap(([name, { least, most, isWhole }]) => {
    const value = sizes[name as Adjustable];
    return value >= least &&
      value <= most &&
      (!isWhole || Number.isInteger(value))
      ? []
      : [
          `${name} must be a ${isWhole ? "whole " : ""}number from ${least} to ${most}`,
        ];
  });
}
