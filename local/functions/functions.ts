import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBundle } from "../bundles.ts";
import type { SynthesizedStack } from "../stack.ts";
import { readFunctionDefinition } from "./function-definition.ts";
import {
  createFunctionPool,
  type FunctionPool,
  type PoolCounts,
} from "./function-pool.ts";
import type { InvokeFunction } from "./invocation.ts";
import { startProcessGuard } from "./process-guard.ts";

/** One line that a function wrote to its standard output or error. */
export interface FunctionLogLine {
  readonly logicalId: string;
  readonly line: string;
}

/** The Lambda service of the local run: every function of the stack, each started when it is first invoked. */
export interface LocalFunctions {
  readonly invoke: InvokeFunction;
  /** The latest log lines of all functions, oldest first. */
  readonly logs: readonly FunctionLogLine[];
  readonly count: (logicalId: string) => PoolCounts;
  /** Kills every warm environment that is not serving; what they kept in memory is gone. */
  readonly recycle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface LocalFunctionsOptions {
  readonly stack: SynthesizedStack;
  /** A directory this run may write to. */
  readonly stateDirectory: string;
  /** Variables that point the AWS SDK and Node at local servers, the same for every function. */
  readonly switches: Readonly<Record<string, string>>;
  /** Most environments of one function at a time. @default 10 */
  readonly maxEnvironments?: number;
  /** Whether idle environments are stopped (SIGSTOP) as Lambda freezes them. @default wherever signals exist */
  readonly freeze?: boolean;
  readonly onLog?: (line: FunctionLogLine) => void;
}

const MAX_LOG_LINES = 5000;

export function createFunctions(
  options: LocalFunctionsOptions,
): LocalFunctions {
  const { stack, switches, maxEnvironments = 10 } = options;
  const freeze = options.freeze ?? process.platform !== "win32";
  const bootstrap = writeBootstrap(options.stateDirectory);
  const guard = startProcessGuard();
  const pools = new Map<string, FunctionPool>();
  const logs: FunctionLogLine[] = [];

  const findPool = (logicalId: string): FunctionPool => {
    let pool = pools.get(logicalId);
    if (pool === undefined) {
      const definition = readFunctionDefinition(stack, logicalId);
      const onLine = (line: string): void => {
        logs.push({ logicalId, line });
        if (logs.length > MAX_LOG_LINES) {
          logs.shift();
        }
        options.onLog?.({ logicalId, line });
      };
      pool = createFunctionPool({
        definition,
        bootstrap,
        switches,
        freeze,
        guard,
        maxEnvironments,
        onLine,
      });
      pools.set(logicalId, pool);
    }
    return pool;
  };

  return {
    invoke: async (logicalId, event) => findPool(logicalId).invoke(event),
    logs,
    count: (logicalId) =>
      pools.get(logicalId)?.count() ?? {
        environments: 0,
        coldStarts: 0,
        invocations: 0,
      },
    recycle: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.recycle()));
    },
    stop: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
      guard.close();
    },
  };
}

/** Where functions may read it: a child is started on a file. */
function writeBootstrap(directory: string): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "lambda-runtime.mjs");
  writeFileSync(file, readBundle("lambda-runtime"));
  return file;
}
