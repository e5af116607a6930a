/** A request that shows whether a tenant's token gets in. */
import { InvalidArgumentError, Option } from "commander";
import { explainRequest } from "../../../lambda/core/explain-request.ts";
import type { Tenant } from "../../../lambda/core/tenant-record.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { parseRequest, type RequestLine } from "../request-line.ts";
import type { Row } from "../records/row.ts";
import type { Session } from "../session.ts";
import type { Target } from "../target/target.ts";
import {
  type DecodedToken,
  decodeToken,
  tenantKeyOf,
} from "../token/decode-token.ts";
import { fetchLocalToken } from "../token/local-token.ts";
import { readToken, type TokenOptions } from "../token/token-source.ts";

export interface WaitOptions {
  readonly wait?: boolean;
  readonly probe?: string;
  /** Seconds. */
  readonly timeout: number;
}

export interface Probe {
  readonly url: string;
  readonly request: RequestLine;
  readonly token: string;
}

const MAX_TIMEOUT_SECONDS = 86_400;

export function waitOptions(): readonly Option[] {
  return [
    new Option(
      "--wait",
      "return when the API answers accordingly; takes a token of the tenant",
    ),
    new Option(
      "--probe <request>",
      'what --wait asks for, as "GET /acme/orders" (default: a route of the record, with GET or HEAD)',
    ),
    new Option("--timeout <seconds>", "how long --wait waits")
      .argParser(parseSeconds)
      .default(600),
  ];
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text !== "" && seconds >= 0 && seconds <= MAX_TIMEOUT_SECONDS) {
    return seconds;
  }
  throw new InvalidArgumentError(
    `Expected seconds, at most ${MAX_TIMEOUT_SECONDS}.`,
  );
}

/** @throws CommandError when no request could show the change */
export async function prepareProbe(
  session: Session,
  target: Target,
  rows: readonly Row[],
  options: WaitOptions & TokenOptions,
): Promise<Probe> {
  const { world } = session;
  const token =
    (await readToken(world, options)) ??
    (await fetchLocalToken(world, target, rows));
  if (token === undefined) {
    throw cannotWait(
      "token_missing",
      "--wait needs an access token of the tenant",
      ["give one with --token-file, --token-env or --token-stdin"],
    );
  }
  const decoded = decodeToken(token);
  if (decoded === undefined) {
    throw cannotWait("token_unreadable", "what was given is not a JWT");
  }
  const { tenantClaim } = target.table;
  const row = rows.find(({ key }) => key === tenantKeyOf(decoded, tenantClaim));
  if (row === undefined) {
    throw cannotWait(
      "token_of_another_tenant",
      `the token's ${tenantClaim} is not the key of any of these records`,
    );
  }
  const { apiUrl } = target.deployment;
  if (apiUrl === undefined) {
    throw cannotWait("api_unknown", "--wait needs the API's address", [
      "give --stack, or --stage-arn",
    ]);
  }
  const request =
    options.probe === undefined
      ? chooseRequest(row, target, decoded)
      : parseRequest([options.probe]);
  return {
    url: `${apiUrl.replace(/\/$/, "")}${request.path}`,
    request,
    token,
  };
}

/** Safe methods only: a probe is sent many times, and the backend answers it. */
function chooseRequest(
  { tenant }: Row,
  target: Target,
  { grants }: DecodedToken,
): RequestLine {
  const request = tenant && findOpenRequest(tenant, target, grants);
  if (request !== undefined) return request;
  throw cannotWait(
    "probe_missing",
    "no route of the record opens a GET or HEAD request to this token",
    ['say what to ask for, as --probe "GET /acme/orders"'],
  );
}

function findOpenRequest(
  tenant: Tenant,
  { stage }: Target,
  grants: ReadonlySet<string>,
): RequestLine | undefined {
  const requests = tenant.routes.flatMap(({ methods, path }) =>
    (["GET", "HEAD"] as const)
      .filter((method) => methods.includes(method))
      .map((method) => ({
        method,
        path: path.replace(/\*$/, "tenants-probe"),
      })),
  );
  return requests.find(
    (request) =>
      explainRequest(tenant, stage, { ...request, grants }).cause === "granted",
  );
}

function cannotWait(
  code: string,
  message: string,
  hints: readonly string[] = [],
): CommandError {
  return new CommandError(
    EXIT.usage,
    code,
    `nothing was written: ${message}`,
    hints,
  );
}
