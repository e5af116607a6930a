import type { TableServer } from "../../table/table-server.ts";
import { ConsoleError } from "../console-error.ts";

const TIMEOUT_MS = 5_000;

/** One call of the table, in words for the page when it fails. A conditional write's refusal is the caller's to read. */
export async function callTable<T>(
  server: TableServer,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (!server.isUp()) throw tableDown();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await call(signal);
  } catch (error) {
    if (!server.isUp()) throw tableDown();
    if (signal.aborted) {
      throw new ConsoleError(
        503,
        "table_slow",
        `the table did not answer within ${TIMEOUT_MS / 1000} s: make it faster under Switches`,
      );
    }
    throw error;
  }
}

function tableDown(): ConsoleError {
  return new ConsoleError(
    503,
    "table_down",
    "the table is down: start it again under Switches",
  );
}
