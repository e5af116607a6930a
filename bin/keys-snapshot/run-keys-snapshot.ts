/**
 * `keys-snapshot --issuer https://acme.eu.auth0.com/`: writes down the issuers' signing keys of this moment, for the
 * authorizer's bundle. The keys are fetched and judged by the authorizer's own code, so that what is
 * written is what it will read.
 */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { jwksUriOf } from "../../lambda/authorizer/adapters/access-token-verifier.ts";
import {
  JWKS_FETCH_BUDGET,
  createJwksFetcher,
} from "../../lambda/authorizer/adapters/jwks-fetcher.ts";
import {
  type VerificationKey,
  parseKeySet,
} from "../../lambda/authorizer/adapters/key-set.ts";
import { COMMAND_NAMES } from "../../lib/command-names.ts";
import { findIssuerProblem, findRepeatProblem } from "../../lib/prop-checks.ts";

const HELP = `Writes down the signing keys of your issuers, for a function that starts while one of them is down.

  ${COMMAND_NAMES.keysSnapshot} --issuer <URL> [--issuer <URL>] [--out <file>]

  --issuer  an issuer exactly as in iss, such as https://acme.eu.auth0.com/
  --out     the file to write                              (default jwks-snapshot.json)

Then deploy with -c jwksSnapshot=<file>, or the construct's prop jwksSnapshot. Take it anew with each deployment: a key
that is revoked afterwards still stands in it.

Exit codes: 0 written; 1 keys or file failed, and nothing was written; 2 the command was not understood.
`;

/** A person is waiting, not a request: ten seconds are fine. The rest as the function has it. */
const fetchJwks = createJwksFetcher({ ...JWKS_FETCH_BUDGET, totalMs: 10_000 });

/** What went wrong, in sentences for a terminal. */
class CommandError extends Error {
  readonly code = "command_failed";
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, problems: readonly string[]) {
    super(problems.map((problem) => `keys:snapshot: ${problem}`).join("\n"));
    this.exitCode = exitCode;
  }
}

interface Options {
  readonly isHelpWanted: boolean;
  readonly issuers: readonly string[];
  readonly out: string;
}

function readOptions(args: string[]): Options {
  const { help, issuer, out } = parseOptions(args);
  const problems = [
    ...issuer.map(findIssuerProblem),
    findRepeatProblem("the command", issuer),
    issuer.length === 0
      ? "name at least one issuer, as in --issuer https://acme.eu.auth0.com/"
      : undefined,
  ].filter((problem) => problem !== undefined);
  if (!help && problems.length > 0) throw new CommandError(2, problems);
  return { isHelpWanted: help, issuers: issuer, out };
}

function parseOptions(args: string[]): {
  readonly help: boolean;
  readonly issuer: string[];
  readonly out: string;
} {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: "boolean", short: "h", default: false },
        issuer: { type: "string", multiple: true, default: [] },
        out: { type: "string", default: "jwks-snapshot.json" },
      },
    }).values;
  } catch (error) {
    throw new CommandError(2, [
      `${(error as Error).message} (see ${COMMAND_NAMES.keysSnapshot} --help)`,
    ]);
  }
}

type Fetched =
  { readonly keys: readonly VerificationKey[] } | { readonly problem: string };

async function fetchKeys(jwksUri: string): Promise<Fetched> {
  try {
    const keys = parseKeySet(await fetchJwks(jwksUri));
    return keys === undefined
      ? {
          problem: `${jwksUri} holds no usable key (RS256, RSA of 2048 bits or more, with a kid)`,
        }
      : { keys: [...keys.values()] };
  } catch (error) {
    return { problem: `${jwksUri}: ${describe(error)}` };
  }
}

/** The fetcher's sentence, and what the system said below it. */
function describe(error: unknown): string {
  const { message, cause } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const hint = /^status 3\d\d$/.test(message)
    ? ": a redirect, which is not followed; give the issuer exactly as in iss"
    : "";
  return `${message}${code === undefined ? "" : ` (${code})`}${hint}`;
}

/** The whole file or none of it: a bundle must not get half a snapshot. */
function writeAtomically(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, text, { flag: "wx" });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    const { code = "failed" } = error as NodeJS.ErrnoException;
    throw new CommandError(1, [`${path} cannot be written (${code})`]);
  }
}

async function takeSnapshot({ issuers, out }: Options): Promise<string> {
  const takenAt = new Date().toISOString();
  const fetched = await Promise.all(
    issuers.map(async (issuer) => ({
      issuer,
      jwksUri: jwksUriOf(issuer),
      ...(await fetchKeys(jwksUriOf(issuer))),
    })),
  );
  const problems = fetched.flatMap((set) =>
    "problem" in set ? [set.problem] : [],
  );
  if (problems.length > 0) {
    throw new CommandError(1, [...problems, "nothing was written"]);
  }
  const sets = fetched.flatMap((set) => ("keys" in set ? [set] : []));
  const snapshot = {
    takenAt,
    sets: Object.fromEntries(
      sets.map(({ jwksUri, keys }) => [jwksUri, { keys }]),
    ),
  };
  writeAtomically(out, `${JSON.stringify(snapshot, null, 2)}\n`);
  return [
    ...sets.map(({ issuer, keys }) => `${issuer} ${countKeys(keys.length)}`),
    `written to ${out}: deploy with -c jwksSnapshot=${out}`,
    "",
  ].join("\n");
}

function countKeys(count: number): string {
  return count === 1 ? "1 key" : `${count} keys`;
}

export interface CommandResult {
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param args the words after the command's name */
export async function runKeysSnapshot(
  args: readonly string[],
): Promise<CommandResult> {
  try {
    const options = readOptions([...args]);
    const stdout = options.isHelpWanted ? HELP : await takeSnapshot(options);
    return { exitCode: 0, stdout, stderr: "" };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { exitCode, message } = error;
    return { exitCode, stdout: "", stderr: `${message}\n` };
  }
}
