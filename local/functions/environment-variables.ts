import { randomBytes } from "node:crypto";
import type { FunctionDefinition } from "./function-definition.ts";

/**
 * The whole process environment of one execution environment: what the template sets and what the Lambda service
 * adds, https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, and nothing of the process that
 * starts it. `switches` are the variables by which the AWS SDK and Node themselves are pointed at local servers.
 */
export function buildEnvironmentVariables(
  definition: FunctionDefinition,
  runtimeApi: string,
  switches: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const date = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return {
    ...definition.variables,
    ...switches,
    AWS_REGION: definition.region,
    AWS_DEFAULT_REGION: definition.region,
    // The SDK signs its requests; the local table looks only at the signature's form.
    AWS_ACCESS_KEY_ID: "ASIALOCALRUNONLY0000",
    AWS_SECRET_ACCESS_KEY: "local-run-only",
    AWS_SESSION_TOKEN: "local-run-only",
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `${date}/[$LATEST]${randomBytes(16).toString("hex")}`,
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
    ...(definition.logLevel !== undefined && {
      AWS_LAMBDA_LOG_LEVEL: definition.logLevel,
    }),
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    LAMBDA_TASK_ROOT: definition.taskRoot,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    _HANDLER: definition.handler,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: "/usr/local/bin:/usr/bin:/bin",
  };
}
