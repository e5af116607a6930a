import { format } from "node:util";

/** Lambda's log levels, lowest first; `AWS_LAMBDA_LOG_LEVEL` drops the ones below it. */
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
type Level = (typeof LEVELS)[number];

/**
 * Replaces the console's methods as Lambda's Node runtime does: one line per call on standard output, in JSON
 * when the function's LoggingConfig says so. A single object stays an object under `message`, which is what lets
 * CloudWatch find fields by name; several arguments become one formatted string.
 */
export function patchConsole(
  env: NodeJS.ProcessEnv,
  findRequestId: () => string | undefined,
): void {
  const json = env["AWS_LAMBDA_LOG_FORMAT"] === "JSON";
  const lowest = LEVELS.indexOf(
    (env["AWS_LAMBDA_LOG_LEVEL"] ?? (json ? "INFO" : "TRACE")) as Level,
  );
  const formatLine = json ? formatJson : formatText;
  const logger =
    (level: Level) =>
    (...args: readonly unknown[]): void => {
      if (LEVELS.indexOf(level) < lowest) {
        return;
      }
      const line = formatLine(level, findRequestId(), args);
      // A line break would end the log event; Lambda's runtime writes a carriage return in its place.
      process.stdout.write(`${line.replaceAll("\n", "\r")}\n`);
    };
  console.trace = logger("TRACE");
  console.debug = logger("DEBUG");
  console.info = logger("INFO");
  console.log = console.info;
  console.warn = logger("WARN");
  console.error = logger("ERROR");
  Object.assign(console, { fatal: logger("FATAL") });
}

function formatText(
  level: Level,
  requestId: string | undefined,
  args: readonly unknown[],
): string {
  return [new Date().toISOString(), requestId, level, format(...args)].join(
    "\t",
  );
}

function formatJson(
  level: Level,
  requestId: string | undefined,
  args: readonly unknown[],
): string {
  const line = { timestamp: new Date().toISOString(), level, requestId };
  if (args.length === 1) {
    try {
      return JSON.stringify({ ...line, message: args[0] }, describeError);
    } catch {
      // A cycle or a BigInt: what JSON cannot hold is logged as text.
    }
  }
  const message = format(...args);
  const error = args.find((arg) => arg instanceof Error);
  return JSON.stringify({
    ...line,
    message,
    ...(error && (describeError("", error) as object)),
  });
}

function describeError(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) {
    return value;
  }
  const description = {
    errorType: value.constructor.name,
    errorMessage: value.message,
    stackTrace: value.stack?.split("\n"),
  };
  return Object.assign(description, value);
}
