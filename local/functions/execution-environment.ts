import { randomBytes, randomUUID } from "node:crypto";
import { buildEnvironmentVariables } from "./environment-variables.ts";
import {
  startRuntimeApi,
  type Invocation,
  type ReportedError,
} from "./runtime-api.ts";
import {
  startRuntimeProcess,
  type RuntimeProcessOptions,
} from "./runtime-process.ts";

export type Outcome =
  | { readonly kind: "success"; readonly payload: unknown }
  | ({ readonly kind: "error" } & ReportedError);

/** One child process that serves one event at a time, stopped in between as Lambda freezes its micro VMs. */
export interface ExecutionEnvironment {
  /** Resolves with nothing when the process asks for its first event, or with the reason why it never will. */
  readonly initialized: Promise<ReportedError | undefined>;
  /** Only for an idle environment. The request id is the one that the function's log lines carry. */
  readonly invoke: (
    event: unknown,
  ) => Promise<Outcome & { readonly requestId: string }>;
  /** Kills the process; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

export type EnvironmentOptions = Omit<RuntimeProcessOptions, "env"> & {
  /** Variables that point the AWS SDK and Node at local servers. */
  readonly switches: Readonly<Record<string, string>>;
  readonly freeze: boolean;
  readonly onIdle: (environment: ExecutionEnvironment) => void;
  readonly onExit: (environment: ExecutionEnvironment) => void;
};

interface RunningInvocation {
  readonly requestId: string;
  readonly resolve: (outcome: Outcome) => void;
  readonly timer: NodeJS.Timeout;
  outcome?: Outcome;
}

/** The Lambda service's limit on init, the same for every function. */
const INIT_TIMEOUT_MS = 10_000;

export async function startExecutionEnvironment(
  options: EnvironmentOptions,
): Promise<ExecutionEnvironment> {
  const { definition } = options;
  const init = Promise.withResolvers<ReportedError | undefined>();
  let deliver: ((invocation: Invocation) => void) | undefined;
  let current: RunningInvocation | undefined;

  // The caller gets the outcome when the process asks for its next event or has gone, not when it answers: only
  // then is the environment free, and callers that take turns share one.
  const finish = (outcome: Outcome): void => {
    clearTimeout(current?.timer);
    current?.resolve(current.outcome ?? outcome);
    current = undefined;
  };
  const record = (requestId: string, outcome: Outcome): void => {
    if (current?.requestId === requestId) {
      current.outcome ??= outcome;
    }
  };

  const api = await startRuntimeApi({
    onNext: (next) => {
      deliver = next;
      init.resolve(undefined);
      if (options.freeze) {
        child.freeze();
      }
      options.onIdle(environment);
      finish(describeError("Runtime.NoResponse", "Error: no response"));
    },
    onResponse: (requestId, payload) => {
      record(requestId, { kind: "success", payload: JSON.parse(payload) });
    },
    onError: (requestId, error) => {
      record(requestId, { kind: "error", ...error });
    },
    onInitError: init.resolve,
  });
  const { address } = api;
  const child = startRuntimeProcess({
    ...options,
    env: buildEnvironmentVariables(definition, address, options.switches),
  });

  const initTimer = setTimeout(() => {
    init.resolve({
      errorType: "Sandbox.Timedout",
      errorMessage: "Error: init timed out after 10.00 seconds",
    });
    child.kill();
  }, INIT_TIMEOUT_MS);
  void init.promise.then(() => {
    clearTimeout(initTimer);
  });

  const gone = child.exited.then((reason) => {
    api.close();
    init.resolve({ errorType: "Runtime.ExitError", errorMessage: reason });
    options.onExit(environment);
    const message = `RequestId: ${current?.requestId ?? ""} ${reason}`;
    finish(describeError("Runtime.ExitError", message));
  });

  const environment: ExecutionEnvironment = {
    initialized: init.promise,
    invoke: async (event) => {
      const requestId = randomUUID();
      const { timeoutMs } = definition;
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      const timer = setTimeout(() => {
        const seconds = (timeoutMs / 1000).toFixed(2);
        const message = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
        finish(describeError("Sandbox.Timedout", message));
        child.kill();
      }, timeoutMs);
      current = { requestId, resolve, timer };
      child.thaw();
      deliver?.({
        requestId,
        deadlineMs: Date.now() + timeoutMs,
        functionArn: definition.arn,
        traceId: createTraceId(),
        payload: JSON.stringify(event),
      });
      deliver = undefined;
      return { ...(await promise), requestId };
    },
    stop: () => {
      child.kill();
      return gone;
    },
  };
  return environment;
}

function describeError(errorType: string, errorMessage: string): Outcome {
  return { kind: "error", errorType, errorMessage };
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function createTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const random = randomBytes(20).toString("hex");
  return `Root=1-${seconds}-${random.slice(0, 24)};Parent=${random.slice(24)};Sampled=1`;
}
