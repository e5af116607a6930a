/**
 * Runs in the child process, in the place of Lambda's Node runtime: loads the handler once, then asks the Runtime
 * API for one event after the other. The handler sees the context, the console and the process environment that
 * Lambda would give it. Everything here is Node's own: the child must not load anything that Lambda would not.
 */
import { Agent, request } from "node:http";
import { patchConsole } from "./console-format.ts";
import { loadHandler, type Handler } from "./load-handler.ts";

interface ApiResponse {
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

const [hostname, port] = (process.env["AWS_LAMBDA_RUNTIME_API"] ?? "").split(
  ":",
);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let currentRequestId: string | undefined;

function call(method: string, path: string, body = ""): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const path_ = `/2018-06-01/runtime${path}`;
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    request({ hostname, port, method, path: path_, headers, agent })
      .on("response", (response) => {
        let text = "";
        response
          .setEncoding("utf8")
          .on("data", (chunk: string) => (text += chunk))
          .on("error", reject)
          .on("end", () => {
            resolve({ headers: response.headers, body: text });
          });
      })
      .on("error", reject)
      .end(body);
  });
}

/** `stack` is optional on an Error; a missing one must not turn a plain refusal into another error. */
function describeError(error: unknown): string {
  return JSON.stringify(
    error instanceof Error
      ? {
          errorType: error.name,
          errorMessage: error.message,
          trace: error.stack?.split("\n") ?? [],
        }
      : { errorType: typeof error, errorMessage: String(error), trace: [] },
  );
}

async function reportAndExit(error: unknown, exitCode: number): Promise<void> {
  console.error(error instanceof Error ? error : new Error(String(error)));
  const path =
    currentRequestId === undefined
      ? "/init/error"
      : `/invocation/${currentRequestId}/error`;
  // Exits even if the report cannot be delivered: the parent then sees the exit status.
  await call("POST", path, describeError(error)).catch(() => undefined);
  process.exit(exitCode);
}

function createContext(headers: ApiResponse["headers"]): object {
  const deadlineMs = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: process.env["AWS_LAMBDA_FUNCTION_VERSION"],
    memoryLimitInMB: process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    logGroupName: process.env["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: process.env["AWS_LAMBDA_LOG_STREAM_NAME"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

async function serveOne(handler: Handler): Promise<void> {
  const { headers, body } = await call("GET", "/invocation/next");
  currentRequestId = String(headers["lambda-runtime-aws-request-id"]);
  process.env["_X_AMZN_TRACE_ID"] = String(headers["lambda-runtime-trace-id"]);
  const path = `/invocation/${currentRequestId}`;
  try {
    const result = await handler(JSON.parse(body), createContext(headers));
    await call("POST", `${path}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    console.error(error instanceof Error ? error : new Error(String(error)));
    await call("POST", `${path}/error`, describeError(error));
  }
}

async function main(): Promise<void> {
  patchConsole(process.env, () => currentRequestId);
  process.on("uncaughtException", (error) => void reportAndExit(error, 129));
  process.on("unhandledRejection", (reason) => {
    const error = new Error(String(reason), { cause: reason });
    error.name = "Runtime.UnhandledPromiseRejection";
    void reportAndExit(error, 128);
  });
  let handler;
  try {
    handler = await loadHandler(
      process.env["LAMBDA_TASK_ROOT"] ?? "",
      process.env["_HANDLER"] ?? "",
    );
  } catch (error) {
    await reportAndExit(error, 1);
    return;
  }
  for (;;) {
    try {
      await serveOne(handler);
    } catch {
      // The Runtime API is gone, and with it whoever started this process.
      process.exit(0);
    }
    currentRequestId = undefined;
  }
}

await main();
