/**
 * Runs in the drilled process before anything else (`node --import`). It knows nothing of the function: it moves
 * the two clocks, breaks the look-up of names, and notes which requests are made, because a refused connection or
 * a failed look-up leaves no trace at any server.
 */
import { subscribe } from "node:diagnostics_channel";
import dns from "node:dns";
import { appendFileSync, readFileSync } from "node:fs";

/** Written by the drill between invocations. */
export interface DrillControl {
  readonly wallShiftMs: number;
  readonly monotonicShiftMs: number;
  readonly lookup: "ok" | "fail" | "hang";
}

/** One line of the journal. */
export type JournalEntry =
  | { readonly event: "request"; readonly host: string; readonly atMs: number }
  | {
      /** The runtime asks for its next event: whatever is still active has been left behind. */
      readonly event: "idle";
      readonly active: Readonly<Record<string, number>>;
    };

const control = (): DrillControl =>
  JSON.parse(
    readFileSync(process.env["DRILL_CONTROL"] ?? "", "utf8"),
  ) as DrillControl;
const note = (entry: JournalEntry): void => {
  appendFileSync(
    process.env["DRILL_JOURNAL"] ?? "",
    `${JSON.stringify(entry)}\n`,
  );
};

const wallMs = Date.now.bind(Date);
const monotonicMs = performance.now.bind(performance);
Date.now = () => wallMs() + control().wallShiftMs;
performance.now = () => monotonicMs() + control().monotonicShiftMs;

// Called with two arguments or three; only the last one matters here.
const lookup = dns.lookup.bind(dns) as (...args: unknown[]) => void;
Object.assign(dns, {
  lookup: (...args: unknown[]) => {
    const mode = control().lookup;
    if (mode === "ok") {
      lookup(...args);
    } else if (mode === "fail") {
      const done = args.at(-1) as (error: Error) => void;
      process.nextTick(
        done,
        Object.assign(new Error("getaddrinfo ENOTFOUND"), {
          code: "ENOTFOUND",
        }),
      );
    }
  },
});

subscribe("http.client.request.created", (message) => {
  const { request } = message as {
    request: { path: string; getHeader: (name: string) => unknown };
  };
  if (request.path === "/2018-06-01/runtime/invocation/next") {
    const active: Record<string, number> = {};
    for (const resource of process.getActiveResourcesInfo()) {
      active[resource] = (active[resource] ?? 0) + 1;
    }
    note({ event: "idle", active });
  } else if (!request.path.startsWith("/2018-06-01/")) {
    const host = String(request.getHeader("host"));
    note({ event: "request", host, atMs: wallMs() });
  }
});
