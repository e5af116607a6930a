import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { COMMAND_NAMES } from "./command-names.ts";
import type { StackSource } from "./given-stack.ts";
import type { Ports } from "./local-run.ts";
import { RUNS_FROM_SOURCE } from "./runs-from-source.ts";

/** Meant for the terminal, without a stack. */
export class StartError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface StartOptions {
  readonly ports: Ports;
  /** Somebody's own stack in place of this project's. */
  readonly source: StackSource | undefined;
  readonly backendUrl: string | undefined;
  /** The claim that names the tenant; the stack judges it. */
  readonly tenantClaim: string | undefined;
  readonly tokenLifetimeSeconds: number | undefined;
  /** The CDK app's context, as `cdk deploy -c` takes it. */
  readonly context: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly stateDirectory: string;
  readonly isVerbose: boolean;
  readonly isHelp: boolean;
}

const SPA_SERVED_BY = RUNS_FROM_SOURCE
  ? "npm run example:spa or by you"
  : "you";

export const HELP = `${COMMAND_NAMES.start} [options]

Runs the stack on this machine: gateway, functions, issuer and table, from what "cdk deploy" would ship.
Every start begins with the same tenants; what was written to the table before is gone.

  --app CMD           run the stack of this CDK app, such as "node app.js", in place of the sample one; the run's
                      issuer takes the place of yours in it
  --assembly DIR      or the stack in this directory, written by "cdk synth"
  --stack NAME        which of its stacks (default the only one)
  --port N            the gateway's port (default 4010); the others follow it:
  --issuer-port N     the issuer's (default the gateway's + 1)
  --table-port N      the table's (+ 2)
  --control-port N    the switches' and the console's (+ 3)
  --spa-port N        where a single-page application is served, by ${SPA_SERVED_BY} (+ 4)
  --backend-url U     forward to this backend instead of the sample one
  --tenant-claim C    the claim that names the tenant: azp (default), org_id or a namespaced one
  -c KEY=VALUE        one of the app's context keys, as cdk deploy takes it (plans, cacheTtlSeconds, …); repeatable
  --token-lifetime N  seconds that an access token lives (default 86400, at most 2592000)
  --state-dir D       where the run keeps its files (default .local)
  --verbose           show the authorizer's own log
  --help              this text

While it runs, endpoints.json in there tells other programs where everything is.`;

/** In the repository, or where the package's command was started. */
const DEFAULT_STATE_DIRECTORY = RUNS_FROM_SOURCE
  ? join(import.meta.dirname, "..", ".local")
  : ".local";

const FLAGS = {
  app: { type: "string" },
  assembly: { type: "string" },
  stack: { type: "string" },
  port: { type: "string" },
  "issuer-port": { type: "string" },
  "table-port": { type: "string" },
  "control-port": { type: "string" },
  "spa-port": { type: "string" },
  "token-lifetime": { type: "string" },
  "backend-url": { type: "string" },
  "tenant-claim": { type: "string" },
  "state-dir": { type: "string" },
  context: { type: "string", short: "c", multiple: true },
  verbose: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** @throws StartError with exit code 2 for a flag it does not know or cannot read */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const flags = readFlags(args);
  const gateway = readPort(flags, "port", 4010);
  return {
    ports: {
      gateway,
      issuer: readPort(flags, "issuer-port", gateway + 1),
      table: readPort(flags, "table-port", gateway + 2),
      control: readPort(flags, "control-port", gateway + 3),
      spa: readPort(flags, "spa-port", gateway + 4),
    },
    source: readSource(flags),
    backendUrl: flags["backend-url"],
    tenantClaim: flags["tenant-claim"],
    tokenLifetimeSeconds: readTokenLifetime(flags["token-lifetime"]),
    context: readContext(flags.context ?? []),
    stateDirectory: resolve(flags["state-dir"] ?? DEFAULT_STATE_DIRECTORY),
    isVerbose: flags.verbose ?? false,
    isHelp: flags.help ?? false,
  };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    const [sentence = ""] = (error as Error).message.split(". ");
    throw new StartError(
      `${sentence}; ${COMMAND_NAMES.start} --help lists what there is`,
      2,
    );
  }
}

function readSource(
  flags: ReturnType<typeof readFlags>,
): StackSource | undefined {
  const { app, assembly, stack } = flags;
  const chosen = stack !== undefined && { stackName: stack };
  if (app === undefined && assembly === undefined) {
    if (chosen === false) return undefined;
    throw new StartError("--stack goes with --app or --assembly", 2);
  }
  if (app !== undefined && assembly !== undefined) {
    throw new StartError("give --app or --assembly, not both", 2);
  }
  for (const name of ["backend-url", "tenant-claim"] as const) {
    if (flags[name] === undefined) continue;
    throw new StartError(
      `--${name} is for the sample stack: a stack of your own says that itself`,
      2,
    );
  }
  return app === undefined
    ? { assembly: assembly ?? "", ...chosen }
    : { app, ...chosen };
}

/** The issuer and the audience are the run's own. */
function readContext(
  pairs: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key = "", value = ""] = /^([A-Za-z]+)=(.*)$/s.exec(pair) ?? [];
      if (key === "") {
        throw new StartError(
          `-c takes KEY=VALUE, as in -c cacheTtlSeconds=60, not ${JSON.stringify(pair)}`,
          2,
        );
      }
      if (["issuer", "auth0Domain", "audience"].includes(key)) {
        throw new StartError(`-c ${key}: the local run has its own`, 2);
      }
      return [key, value];
    }),
  );
}

function readPort(
  flags: Readonly<Record<string, unknown>>,
  name: string,
  fallback: number,
): number {
  const text = flags[name];
  const port = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartError(
      `--${name} must be a whole number from 1 to 65535${text === undefined ? "; --port is too high for the ports that follow it" : ""}`,
      2,
    );
  }
  return port;
}

/** As long as Auth0 allows: 30 days. */
const MAX_TOKEN_LIFETIME_SECONDS = 2_592_000;

function readTokenLifetime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (
    !/^\d+$/.test(text) ||
    seconds < 1 ||
    seconds > MAX_TOKEN_LIFETIME_SECONDS
  ) {
    throw new StartError(
      `--token-lifetime must be a whole number of seconds from 1 to ${MAX_TOKEN_LIFETIME_SECONDS}`,
      2,
    );
  }
  return seconds;
}
