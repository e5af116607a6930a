import {
  startExecutionEnvironment,
  type EnvironmentOptions,
  type ExecutionEnvironment,
  type Outcome,
} from "./execution-environment.ts";
import type { InvocationResult } from "./invocation.ts";

export interface FunctionPool {
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
  readonly count: () => PoolCounts;
  /** Kills the idle environments, as the platform does when it likes: who invokes next gets a cold start. */
  readonly recycle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface PoolCounts {
  readonly environments: number;
  readonly coldStarts: number;
  readonly invocations: number;
}

export type PoolOptions = Omit<EnvironmentOptions, "onIdle" | "onExit"> & {
  readonly maxEnvironments: number;
};

/** Without a request id when the environment failed before it could take the event. */
type PoolOutcome = Outcome & { readonly requestId?: string };

const THROTTLED: PoolOutcome = {
  kind: "error",
  errorType: "TooManyRequestsException",
  errorMessage: "Rate Exceeded.",
};

/** How many callers may wait for an environment before the next is turned away as Lambda would throttle it. */
const MAX_WAITING = 1000;

/**
 * The environments of one function. An idle one is reused, the most recently used first; else a new one starts;
 * beyond `maxEnvironments` callers queue, because that bound is this machine's and not the platform's. What the
 * template reserves is the platform's: beyond it callers are turned away at once.
 */
export function createFunctionPool(options: PoolOptions): FunctionPool {
  const all = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  const waiting: ((environment: ExecutionEnvironment | undefined) => void)[] =
    [];
  let environments = 0;
  let coldStarts = 0;
  let invocations = 0;
  let running = 0;
  let stopped = false;

  const assertRunning = (): void => {
    if (stopped) {
      throw new Error(`${options.definition.logicalId} has been stopped`);
    }
  };

  const start = async (): Promise<ExecutionEnvironment> => {
    assertRunning();
    environments += 1;
    coldStarts += 1;
    let served = false;
    const starting = startExecutionEnvironment({
      ...options,
      onIdle: (self) => {
        // The first time it is idle it belongs to the caller it was started for.
        if (served) {
          release(self);
        }
        served = true;
      },
      onExit: (self) => {
        environments -= 1;
        all.delete(self);
        const at = idle.indexOf(self);
        if (at >= 0) {
          idle.splice(at, 1);
        }
        // Its place is free: who waits longest may start a new one.
        waiting.shift()?.(undefined);
      },
    });
    const environment = await starting.catch((error: unknown) => {
      environments -= 1;
      throw error;
    });
    all.add(environment);
    if (stopped) {
      await environment.stop();
    }
    return environment;
  };

  const release = (environment: ExecutionEnvironment): void => {
    const next = waiting.shift();
    if (next === undefined) {
      idle.push(environment);
    } else {
      next(environment);
    }
  };

  const runCold = async (event: unknown): Promise<PoolOutcome> => {
    const environment = await start();
    const initError = await environment.initialized;
    return initError === undefined
      ? environment.invoke(event)
      : { kind: "error", ...initError };
  };

  const run = async (event: unknown): Promise<InvocationResult> => {
    const startedAt = performance.now();
    const finish = (outcome: PoolOutcome, coldStart: boolean) => ({
      ...outcome,
      coldStart,
      durationMs: performance.now() - startedAt,
    });
    if (running > (options.definition.reservedConcurrency ?? Infinity)) {
      return finish(THROTTLED, false);
    }
    let environment = idle.pop();
    if (environment === undefined && environments >= options.maxEnvironments) {
      if (waiting.length >= MAX_WAITING) return finish(THROTTLED, false);
      environment = await new Promise<ExecutionEnvironment | undefined>(
        (resolve) => waiting.push(resolve),
      );
    }
    return environment === undefined
      ? finish(await runCold(event), true)
      : finish(await environment.invoke(event), false);
  };

  return {
    invoke: async (event) => {
      assertRunning();
      invocations += 1;
      running += 1;
      try {
        return await run(event);
      } finally {
        running -= 1;
      }
    },
    count: () => ({ environments, coldStarts, invocations }),
    recycle: async () => {
      // Out of the list first, so that nobody is given one that is about to go.
      await Promise.all(
        idle.splice(0).map((environment) => environment.stop()),
      );
    },
    stop: async () => {
      stopped = true;
      for (const resume of waiting.splice(0)) {
        resume(undefined);
      }
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
}
