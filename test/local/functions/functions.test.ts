import { describe, expect, test } from "vitest";
import type { InvocationResult } from "../../../local/functions/invocation.ts";
import { eventually, startFixtureFunctions } from "./fixture-functions.ts";

const COUNTER = `let n = 0; export const handler = async () => ({ n: ++n, pid: process.pid });`;

function payloadOf(result: InvocationResult): Record<string, unknown> {
  expect(result).toMatchObject({ kind: "success" });
  return (result as { payload: Record<string, unknown> }).payload;
}

describe("environments", () => {
  test("an idle environment is reused and keeps what the module remembers", async () => {
    await using functions = startFixtureFunctions({
      Counter: { code: COUNTER },
    });
    const first = await functions.invoke("Counter", {});
    const second = await functions.invoke("Counter", {});
    expect(first.coldStart).toBe(true);
    expect(second.coldStart).toBe(false);
    expect(payloadOf(second)).toEqual({ n: 2, pid: payloadOf(first)["pid"] });
    expect(functions.count("Counter")).toEqual({
      environments: 1,
      coldStarts: 1,
      invocations: 2,
    });
  });

  test("after its idle environments were killed, a function starts cold, and one that serves is left alone", async () => {
    await using functions = startFixtureFunctions({
      Counter: { code: COUNTER },
      Slow: {
        code: `console.info("serving");
          export const handler = async () => { await new Promise((done) => setTimeout(done, 300)); };`,
      },
    });
    await functions.invoke("Counter", {});
    const serving = functions.invoke("Slow", {});
    await eventually(() => functions.logs.length > 0);
    await functions.recycle();
    expect(functions.count("Counter")).toMatchObject({ environments: 0 });
    expect(await serving).toMatchObject({ kind: "success" });
    const next = await functions.invoke("Counter", {});
    expect(next.coldStart).toBe(true);
    expect(payloadOf(next)).toMatchObject({ n: 1 });
  });

  test("concurrent events go to environments of their own, one event at a time in each", async () => {
    await using functions = startFixtureFunctions({
      Busy: {
        code: `let busy = 0;
          export const handler = async () => {
            busy++;
            await new Promise((resolve) => setTimeout(resolve, 100));
            return { most: busy--, pid: process.pid };
          };`,
      },
    });
    const results = await Promise.all(
      [1, 2, 3].map(() => functions.invoke("Busy", {})),
    );
    const payloads = results.map(payloadOf);
    expect(payloads.map(({ most }) => most)).toEqual([1, 1, 1]);
    expect(new Set(payloads.map(({ pid }) => pid)).size).toBe(3);
  });

  test("events beyond the most environments wait for one to be free", async () => {
    await using functions = startFixtureFunctions(
      { Counter: { code: COUNTER } },
      { maxEnvironments: 2 },
    );
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map(() => functions.invoke("Counter", {})),
    );
    expect(new Set(results.map((r) => payloadOf(r)["pid"])).size).toBe(2);
    expect(functions.count("Counter")).toMatchObject({ coldStarts: 2 });
  });

  test("events beyond what the function reserves are turned away, and the next is served", async () => {
    await using functions = startFixtureFunctions({
      Counter: {
        code: COUNTER,
        properties: { ReservedConcurrentExecutions: 1 },
      },
    });
    const [served, refused] = await Promise.all([
      functions.invoke("Counter", {}),
      functions.invoke("Counter", {}),
    ]);
    expect(served).toMatchObject({ kind: "success" });
    expect(refused).toMatchObject({
      kind: "error",
      errorType: "TooManyRequestsException",
    });
    expect(await functions.invoke("Counter", {})).toMatchObject({
      kind: "success",
    });
  });

  test("a waiting event gets a new environment when the one it waits for dies", async () => {
    await using functions = startFixtureFunctions(
      {
        Fragile: {
          code: `export const handler = async ({ die }) => { if (die) process.exit(3); return { ok: true }; };`,
        },
      },
      { maxEnvironments: 1 },
    );
    const [dead, alive] = await Promise.all([
      functions.invoke("Fragile", { die: true }),
      functions.invoke("Fragile", {}),
    ]);
    expect(dead).toMatchObject({ kind: "error" });
    expect(payloadOf(alive)).toEqual({ ok: true });
  });
});

describe("what the handler sees", () => {
  test("an ES module and a CommonJS module both load", async () => {
    await using functions = startFixtureFunctions({
      Cjs: {
        file: "index.js",
        code: `module.exports = { nested: { handler: async () => "cjs" } };`,
        properties: { Handler: "index.nested.handler" },
      },
      Esm: { code: `export const handler = async () => "esm";` },
    });
    expect(await functions.invoke("Cjs", {})).toMatchObject({ payload: "cjs" });
    expect(await functions.invoke("Esm", {})).toMatchObject({ payload: "esm" });
  });

  test("the context carries the function's identity and the time that remains", async () => {
    await using functions = startFixtureFunctions({
      Context: {
        code: `export const handler = async (event, context) => ({
          event, ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID });`,
        properties: { FunctionName: "context", MemorySize: 256, Timeout: 7 },
      },
    });
    const payload = payloadOf(await functions.invoke("Context", { a: "ü" }));
    expect(payload).toMatchObject({
      event: { a: "ü" },
      functionName: "context",
      functionVersion: "$LATEST",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/context",
      invokedFunctionArn:
        "arn:aws:lambda:eu-central-1:123456789012:function:context",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      trace: expect.stringMatching(/^Root=1-/) as string,
    });
    expect(payload["remaining"]).toBeGreaterThan(6000);
    expect(payload["remaining"]).toBeLessThanOrEqual(7000);
  });

  test("its environment is the template's, Lambda's and the switches, nothing of the parent's", async () => {
    process.env["PARENT_SECRET"] = "leaked";
    await using functions = startFixtureFunctions(
      {
        Environment: {
          code: `export const handler = async () => ({ ...process.env });`,
          properties: {
            Environment: { Variables: { TENANT_TABLE: "tenants" } },
            LoggingConfig: { LogFormat: "JSON", ApplicationLogLevel: "WARN" },
          },
        },
      },
      { switches: { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" } },
    );
    const env = payloadOf(await functions.invoke("Environment", {}));
    expect(Object.keys(env).toSorted()).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL_DYNAMODB",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_FUNCTION_VERSION",
      "AWS_LAMBDA_INITIALIZATION_TYPE",
      "AWS_LAMBDA_LOG_FORMAT",
      "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_LEVEL",
      "AWS_LAMBDA_LOG_STREAM_NAME",
      "AWS_LAMBDA_RUNTIME_API",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "LAMBDA_RUNTIME_DIR",
      "LAMBDA_TASK_ROOT",
      "LANG",
      "PATH",
      "TENANT_TABLE",
      "TZ",
      "_HANDLER",
      "_X_AMZN_TRACE_ID",
    ]);
    expect(env).toMatchObject({
      AWS_REGION: "eu-central-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_LOG_LEVEL: "WARN",
      TENANT_TABLE: "tenants",
    });
  });

  test("JSON logs keep a single object as an object and carry the request id", async () => {
    await using functions = startFixtureFunctions({
      Logger: {
        code: `console.info("loading");
          export const handler = async (_event, { awsRequestId }) => {
            console.log({ outcome: "allow" });
            console.warn("two\\nlines", 1);
            console.debug("below the level");
            return awsRequestId;
          };`,
        properties: { LoggingConfig: { LogFormat: "JSON" } },
      },
    });
    const result = await functions.invoke("Logger", {});
    const requestId = (result as { payload?: unknown }).payload;
    expect(result.requestId).toBe(requestId);
    await eventually(() => functions.logs.length >= 3);
    const lines = functions.logs.map(
      ({ line }) => JSON.parse(line) as Record<string, unknown>,
    );
    expect(lines).toEqual([
      {
        timestamp: expect.any(String) as string,
        level: "INFO",
        message: "loading",
      },
      {
        timestamp: expect.any(String) as string,
        level: "INFO",
        requestId,
        message: { outcome: "allow" },
      },
      {
        timestamp: expect.any(String) as string,
        level: "WARN",
        requestId,
        message: "two\nlines 1",
      },
    ]);
  });
});

describe("errors", () => {
  const cases: readonly {
    readonly name: string;
    readonly code: string;
    readonly file?: string;
    readonly error: Readonly<Record<string, unknown>>;
    readonly properties?: Readonly<Record<string, unknown>>;
  }[] = [
    {
      name: "a thrown error keeps its name and message",
      code: `export const handler = async () => { throw new TypeError("broken"); };`,
      error: { errorType: "TypeError", errorMessage: "broken" },
    },
    {
      name: "an error without a stack is reported like any other",
      code: `export const handler = async () => {
        const error = new Error("Unauthorized");
        delete error.stack;
        error.stack = undefined;
        throw error;
      };`,
      error: { errorType: "Error", errorMessage: "Unauthorized" },
    },
    {
      name: "a thrown string is reported as its type",
      code: `export const handler = async () => { throw "Unauthorized"; };`,
      error: { errorType: "string", errorMessage: "Unauthorized" },
    },
    {
      name: "an answer that JSON cannot hold is an error",
      code: `export const handler = async () => ({ n: 1n });`,
      error: { errorType: "TypeError" },
    },
    {
      name: "a handler past its time-out is killed",
      code: `export const handler = async () => { for (;;) {} };`,
      properties: { Timeout: 1 },
      error: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringMatching(
          /^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/,
        ),
      },
    },
    {
      name: "a process that exits is an exit error with its status",
      code: `export const handler = async () => { process.exit(7); };`,
      error: {
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(
          /^RequestId: \S+ Error: Runtime exited with error: exit status 7$/,
        ),
      },
    },
    {
      name: "a killed process is an exit error with its signal",
      code: `export const handler = async () => { process.kill(process.pid, "SIGKILL"); await new Promise(() => {}); };`,
      error: {
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(/signal: killed$/),
      },
    },
    {
      name: "a rejection that nobody handles ends the environment with its reason",
      code: `export const handler = async () => { Promise.reject(new Error("lost")); await new Promise(() => {}); };`,
      error: {
        errorType: "Runtime.UnhandledPromiseRejection",
        errorMessage: "Error: lost",
      },
    },
    {
      name: "a module that throws while loading is an init error",
      code: `throw new RangeError("no configuration");`,
      error: { errorType: "RangeError", errorMessage: "no configuration" },
    },
    {
      name: "a missing module is named",
      code: ``,
      file: "other.mjs",
      error: {
        errorType: "Runtime.ImportModuleError",
        errorMessage: "Error: Cannot find module 'index'",
      },
    },
    {
      name: "a missing export is named",
      code: `export const other = 1;`,
      error: {
        errorType: "Runtime.HandlerNotFound",
        errorMessage: "index.handler is undefined or not exported",
      },
    },
    {
      name: "a callback handler is refused as nodejs24.x refuses it",
      code: `export const handler = (event, context, callback) => callback(null, 1);`,
      error: { errorType: "Runtime.CallbackHandlerDeprecated" },
    },
    {
      name: "a syntax error is named",
      code: `export const = ;`,
      error: { errorType: "Runtime.UserCodeSyntaxError" },
    },
  ];
  test.each(cases)("$name", async ({ error, ...fixture }) => {
    await using functions = startFixtureFunctions({ Failing: fixture });
    expect(await functions.invoke("Failing", {})).toMatchObject({
      kind: "error",
      ...error,
    });
  });

  test("the environment survives a thrown error and not an init error", async () => {
    await using functions = startFixtureFunctions({
      Thrower: { code: `export const handler = async () => { throw 1; };` },
      Broken: { code: `throw new Error("init");` },
    });
    for (const name of ["Thrower", "Broken"]) {
      await functions.invoke(name, {});
      await functions.invoke(name, {});
    }
    expect(functions.count("Thrower").coldStarts).toBe(1);
    expect(functions.count("Broken").coldStarts).toBe(2);
  });

  test("a function the template does not have is the caller's error", async () => {
    await using functions = startFixtureFunctions({});
    await expect(functions.invoke("Missing", {})).rejects.toThrow(
      'the template has no function "Missing"',
    );
  });
});
