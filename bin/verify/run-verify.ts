/** From a command line to an exit code. */
import { writeFile } from "node:fs/promises";
import { redactTokens } from "../tenants/redact-tokens.ts";
import { attest } from "./attest.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { HELP, parseOptions, type VerifyOptions } from "./options.ts";
import { formatHtml } from "./report/html.ts";
import type { Report } from "./report/report.ts";
import {
  createPaint,
  formatCheck,
  formatObservations,
  formatSummary,
} from "./report/terminal.ts";
import {
  createDeployedTarget,
  readJsonObject,
} from "./target/deployed-target.ts";
import { createLocalTarget } from "./target/local-target.ts";
import { parseStageUrl } from "./target/stage-url.ts";
import type { Target } from "./target/target.ts";
import { VerifyError } from "./verify-error.ts";

/** All that the command needs of the world, so that a test can be the world. */
export interface World {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isColoured: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** @param argv without the program's own name */
export async function runVerify(
  argv: readonly string[],
  outerWorld: World,
): Promise<ExitCode> {
  const world = withRedaction(outerWorld);
  try {
    const options = parseOptions(argv);
    if (options.isHelp) {
      world.stdout(`${HELP}\n`);
      return EXIT.ok;
    }
    return await verify(options, argv, world);
  } catch (error) {
    if (!(error instanceof VerifyError) && !world.signal.aborted) throw error;
    const message = world.signal.aborted
      ? "interrupted"
      : (error as VerifyError).message;
    world.stderr(`error: ${message}\n`);
    return EXIT.couldNotRun;
  }
}

async function verify(
  options: VerifyOptions,
  argv: readonly string[],
  world: World,
): Promise<ExitCode> {
  const target = await createTarget(options, world);
  const paint = createPaint(world.isColoured);
  world.stdout(`${describePlan(target)}\n\n`);
  const report = await attest({
    target,
    signal: world.signal,
    isUnsafeAllowed: options.isUnsafeAllowed,
    repeat: `npm run verify -- ${argv.map(quote).join(" ")}`,
    onCheck: (check) => {
      world.stdout(`${formatCheck(check, paint)}\n\n`);
    },
    warn: (text) => {
      world.stderr(`${text}\n`);
    },
  });
  if (report.observations.length > 0) {
    world.stdout(`${formatObservations(report, paint)}\n\n`);
  }
  world.stdout(`${formatSummary(report, paint)}\n`);
  await writeReports(report, options, world);
  return {
    pass: EXIT.ok,
    findings: EXIT.findings,
    incomplete: EXIT.couldNotRun,
  }[report.verdict];
}

async function createTarget(
  options: VerifyOptions,
  { env, signal }: World,
): Promise<Target> {
  const { endpointsFile, url = "", configFile, suspend, limits } = options;
  if (endpointsFile !== undefined) {
    return await createLocalTarget({ file: endpointsFile, limits, signal });
  }
  // The address first: nothing is read for a host that no token may be sent to.
  const stageUrl = parseStageUrl(url);
  const config = await readJsonObject(configFile, "--config");
  return createDeployedTarget({
    stageUrl,
    config,
    file: configFile,
    suspend,
    limits,
    env,
    signal,
  });
}

function describePlan({ stageUrl, hosts, limits, suspension }: Target): string {
  return [
    `verifying ${stageUrl.href}`,
    `contacts ${hosts.join(", ")}`,
    `at most ${limits.requestsPerSecond} requests per second, ${limits.maxRequests} requests, ${limits.maxSeconds} s`,
    ...(suspension === undefined
      ? []
      : [`suspends ${suspension.tenant.name} for some seconds, at the end`]),
  ].join("\n");
}

async function writeReports(
  report: Report,
  { jsonFile, htmlFile }: VerifyOptions,
  world: World,
): Promise<void> {
  for (const [file, format] of [
    [jsonFile, (): string => `${JSON.stringify(report, undefined, 2)}\n`],
    [htmlFile, (): string => formatHtml(report)],
  ] as const) {
    if (file === undefined) continue;
    try {
      await writeFile(file, redactTokens(format()));
    } catch (error) {
      const { code = "an error" } = error as NodeJS.ErrnoException;
      throw new VerifyError(
        "report_not_written",
        `the report cannot be written to ${file}: ${code}`,
        error,
      );
    }
    world.stdout(`wrote ${file}\n`);
  }
}

/** For a shell, so that the line works when it is pasted. */
function quote(argument: string): string {
  return /^[\w./:=@%+-]+$/.test(argument)
    ? argument
    : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

/** The last guard against a token in what is printed; no message is meant to hold one. */
function withRedaction(world: World): World {
  return {
    ...world,
    stdout: (text) => {
      world.stdout(redactTokens(text));
    },
    stderr: (text) => {
      world.stderr(redactTokens(text));
    },
  };
}
