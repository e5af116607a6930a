/** How long each step of a decision took, seen from outside: the core's ports are where one ends and the next begins. */
import type { AuthorizeDependencies } from "../core/authorize.ts";

/** In their order: raw checks, signature with its keys, claim rules, record, and the tenant's rules with the policy. */
const STEPS = ["token", "signature", "claims", "record", "policy"] as const;

/** Milliseconds of the steps that were begun. The last one is where the decision fell, or the fault. */
export type StepsMs = Partial<Record<(typeof STEPS)[number], number>>;

export interface TimedSteps {
  /** The same ports. */
  readonly ports: AuthorizeDependencies;
  /** Ends the step under way. */
  readonly finish: () => StepsMs;
}

/** Starts with the first step. One decision each. */
export function timeSteps(
  { verifyAccessToken, findTenant }: AuthorizeDependencies,
  now: () => number,
  beganAtMs: number,
): TimedSteps {
  const laps: number[] = [];
  let startedAtMs = beganAtMs;
  const lap = (): void => {
    const atMs = now();
    laps.push(toMicroseconds(atMs - startedAtMs));
    startedAtMs = atMs;
  };
  return {
    ports: {
      verifyAccessToken: async (token) => {
        lap();
        const verified = await verifyAccessToken(token);
        // A refused token goes no further.
        if (verified.ok) lap();
        return verified;
      },
      findTenant: async (key, issuer) => {
        lap();
        const lookup = await findTenant(key, issuer);
        lap();
        return lookup;
      },
    },
    finish: () => {
      lap();
      // By hand: this stands in the way of every request, and what maps and joins pairs takes five times as long.
      const stepsMs: Record<string, number> = {};
      for (const [index, step] of STEPS.entries()) {
        const ms = laps[index];
        if (ms === undefined) break;
        stepsMs[step] = ms;
      }
      return stepsMs;
    },
  };
}

/** Of a decision that was known from before: the first step found it, and nothing was left to do. */
export function stepsOfKnown(elapsedMs: number): StepsMs {
  const token = toMicroseconds(elapsedMs);
  return { token, signature: 0, claims: 0, record: 0, policy: 0 };
}

/** Below that, a clock's digits are noise. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
