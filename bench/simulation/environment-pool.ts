/** Lambda's environments of one function: taken when idle, made when none is, within its published limits. */

export interface Pooled {
  readonly startedAtMs: number;
  idleSinceMs: number;
}

export interface PoolLimits {
  readonly concurrent: number;
  /** New ones at once, and how many of that allowance come back per second. */
  readonly burst: number;
  readonly perSecond: number;
  readonly idleMs: number;
  readonly lifetimeMs: number;
}

export type Taken<E> =
  | { readonly kind: "taken"; readonly environment: E; readonly isNew: boolean }
  /** Throttled: too many at a time, or too many new ones. */
  | { readonly kind: "over_concurrency" | "over_burst" };

export interface EnvironmentPool<E extends Pooled> {
  readonly take: (nowMs: number) => Taken<E>;
  readonly giveBack: (environment: E, nowMs: number) => void;
  readonly busy: () => number;
  /** Those that are kept warm at this moment. */
  readonly idle: (nowMs: number) => readonly E[];
  /** Ends all that are idle, as a deployment does. */
  readonly recycle: () => void;
}

export function createEnvironmentPool<E extends Pooled>(
  limits: PoolLimits,
  create: (nowMs: number) => E,
): EnvironmentPool<E> {
  /** In the order in which they became idle: the last one is taken first. */
  let idle: E[] = [];
  let busy = 0;
  let allowance = limits.burst;
  let allowanceAtMs = 0;

  const isOver = (environment: E, nowMs: number): boolean =>
    nowMs - environment.startedAtMs >= limits.lifetimeMs ||
    nowMs - environment.idleSinceMs >= limits.idleMs;

  function mayStart(nowMs: number): boolean {
    const earned = ((nowMs - allowanceAtMs) / 1_000) * limits.perSecond;
    allowance = Math.min(limits.burst, allowance + earned);
    allowanceAtMs = nowMs;
    return allowance >= 1;
  }

  return {
    take(nowMs) {
      if (busy >= limits.concurrent) return { kind: "over_concurrency" };
      for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
        if (isOver(last, nowMs)) continue;
        busy += 1;
        return { kind: "taken", environment: last, isNew: false };
      }
      if (!mayStart(nowMs)) return { kind: "over_burst" };
      allowance -= 1;
      busy += 1;
      return { kind: "taken", environment: create(nowMs), isNew: true };
    },
    giveBack(environment, nowMs) {
      busy -= 1;
      environment.idleSinceMs = nowMs;
      idle.push(environment);
    },
    busy: () => busy,
    idle(nowMs) {
      idle = idle.filter((environment) => !isOver(environment, nowMs));
      return idle;
    },
    recycle() {
      idle = [];
    },
  };
}
