import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Limits } from "./http/budget.ts";
import { VerifyError } from "./verify-error.ts";

export interface VerifyOptions {
  readonly isHelp: boolean;
  /** Where the local run describes itself; `undefined` for a deployed stage. */
  readonly endpointsFile: string | undefined;
  readonly url: string | undefined;
  readonly configFile: string;
  readonly suspend: string | undefined;
  readonly isUnsafeAllowed: boolean;
  readonly jsonFile: string | undefined;
  readonly htmlFile: string | undefined;
  readonly limits: Limits;
}

export const HELP = `npm run verify -- --url https://… [options]
npm run verify -- --local [options]

Tries the tenant isolation of a deployed stage, or of the local run, from
outside, and writes a report that an auditor can read: docs/verify.md.

  --url U            the stage, as the stack's output ApiUrl has it
  --config F         tenants, tokens and table (default verify.json)
  --local            the local run (npm start); needs no file
  --endpoints F      where the local run describes itself
  --suspend T        suspend tenant T for some seconds, to measure the lag;
                     takes the table in the file
  --unsafe-methods   send POST, PUT, PATCH and DELETE to the routes themselves
                     instead of to made-up paths below them
  --json F           write the report as JSON
  --html F           write the report as a page
  --rate N           requests per second (default 5; 200 with --local)
  --max-requests N   (default 2000)
  --max-seconds N    (default 1200)
  --help             this text

Exit codes: 0 every check that ran has passed, 1 there are findings, 2 the run
could not be made or ended early. Secrets are never taken from the command line.`;

const DEFAULT_ENDPOINTS = join(
  import.meta.dirname,
  "../../.local/endpoints.json",
);

const FLAGS = {
  url: { type: "string" },
  config: { type: "string" },
  local: { type: "boolean" },
  endpoints: { type: "string" },
  suspend: { type: "string" },
  "unsafe-methods": { type: "boolean" },
  json: { type: "string" },
  html: { type: "string" },
  rate: { type: "string" },
  "max-requests": { type: "string" },
  "max-seconds": { type: "string" },
  help: { type: "boolean" },
} as const;

/** @throws VerifyError `usage` */
export function parseOptions(args: readonly string[]): VerifyOptions {
  const flags = readFlags(args);
  const { url, endpoints, local = endpoints !== undefined } = flags;
  const isHelp = flags.help ?? false;
  if (!isHelp && local === (url !== undefined)) {
    throw usage("give either --url or --local");
  }
  if (local && (flags.config !== undefined || flags.suspend !== undefined)) {
    throw usage("--local takes everything from the local run itself");
  }
  const count = (
    name: "rate" | "max-requests" | "max-seconds",
    fallback: number,
    max: number,
  ): number => {
    const text = flags[name];
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
    throw usage(`--${name} must be a whole number from 1 to ${max}`);
  };
  return {
    isHelp,
    endpointsFile: local ? (endpoints ?? DEFAULT_ENDPOINTS) : undefined,
    url,
    configFile: flags.config ?? "verify.json",
    suspend: flags.suspend,
    isUnsafeAllowed: flags["unsafe-methods"] ?? false,
    jsonFile: flags.json,
    htmlFile: flags.html,
    limits: {
      requestsPerSecond: count("rate", local ? 200 : 5, local ? 1_000 : 50),
      maxRequests: count("max-requests", 2_000, 20_000),
      maxSeconds: count("max-seconds", 1_200, 7_200),
    },
  };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    const [sentence = ""] = (error as Error).message.split(". ");
    // What was typed may be a token in the wrong place.
    throw usage(sentence.replaceAll(/eyJ[\w.-]+/g, "[token]"));
  }
}

function usage(message: string): VerifyError {
  return new VerifyError("usage", `${message}; --help tells more`);
}
