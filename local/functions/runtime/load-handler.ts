import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

export type Handler = (event: unknown, context: unknown) => unknown;

/** Carries the `errorType` that Lambda's Node runtime reports for a handler it cannot load. */
class LoadError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/**
 * Finds `_HANDLER` (`dir/file.export`, exports may be nested) under `LAMBDA_TASK_ROOT`, as an ES module or as
 * CommonJS. Errors thrown by the module itself pass through unchanged: they are the function's init error.
 */
export async function loadHandler(
  taskRoot: string,
  handlerString: string,
): Promise<Handler> {
  const fileName = basename(handlerString);
  const dot = fileName.indexOf(".");
  if (dot < 1 || handlerString.includes("..")) {
    throw new LoadError(
      "Runtime.MalformedHandlerName",
      `'${handlerString}' is not a valid handler name`,
    );
  }
  const modulePath = join(
    taskRoot,
    dirname(handlerString),
    fileName.slice(0, dot),
  );
  const file = ["", ".js", ".mjs", ".cjs"]
    .map((extension) => modulePath + extension)
    .find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new LoadError(
      "Runtime.ImportModuleError",
      `Error: Cannot find module '${fileName.slice(0, dot)}'`,
    );
  }
  const exports = await importModule(file);
  // The lexer that names a CommonJS module's exports can miss some; `default` is then `module.exports` itself.
  const handler =
    findExport(exports, fileName.slice(dot + 1)) ??
    findExport(exports, `default.${fileName.slice(dot + 1)}`);
  if (typeof handler !== "function") {
    throw new LoadError(
      "Runtime.HandlerNotFound",
      `${handlerString} is undefined or not exported`,
    );
  }
  if (handler.length > 2) {
    throw new LoadError(
      "Runtime.CallbackHandlerDeprecated",
      "callback-based handlers are gone since nodejs24.x; use an async handler",
    );
  }
  return handler as Handler;
}

async function importModule(file: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new LoadError(
        "Runtime.UserCodeSyntaxError",
        `SyntaxError: ${error.message}`,
        { cause: error },
      );
    }
    throw error;
  }
}

function findExport(exports: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) =>
        value === undefined || value === null
          ? undefined
          : (value as Record<string, unknown>)[name],
      exports,
    );
}
