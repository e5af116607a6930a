/** Everything that can be seen of an answer from outside: what is logged, printed and thrown. */
import { inspect } from "node:util";

const CONSOLE_METHODS = [
  "debug",
  "dir",
  "error",
  "info",
  "log",
  "table",
  "trace",
  "warn",
] as const;

/** Runs, and returns what was printed meanwhile, by console or by the streams themselves. */
export async function capturingOutput<Value>(
  run: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly printed: string }> {
  const printed: string[] = [];
  const restore: (() => void)[] = [];
  for (const method of CONSOLE_METHODS) {
    const original = console[method].bind(console);
    console[method] = (...values: unknown[]) => {
      printed.push(...values.map(visible));
    };
    restore.push(() => {
      console[method] = original;
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    const original = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array) => {
      printed.push(Buffer.from(chunk).toString("utf8"));
      return true;
    };
    restore.push(() => {
      stream.write = original;
    });
  }
  try {
    return { value: await run(), printed: printed.join("\n") };
  } finally {
    for (const undo of restore) undo();
  }
}

/** A value in all the ways in which a runtime or a logger might write it. */
export function visible(value: unknown): string {
  const inspected = inspect(value, {
    depth: Infinity,
    showHidden: true,
    maxStringLength: Infinity,
    maxArrayLength: Infinity,
    breakLength: Infinity,
  });
  const parts = [inspected];
  try {
    parts.push(JSON.stringify(value));
  } catch {
    // Circular: the inspection above has shown it.
  }
  if (value instanceof Error) {
    parts.push(value.name, value.message, value.stack ?? "");
    if (value.cause !== undefined) parts.push(visible(value.cause));
  }
  return parts.join("\n");
}
