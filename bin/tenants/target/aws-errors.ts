/** What AWS, or the way to it, says no with, in words for whoever typed the command. */
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";

interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly hints: readonly string[];
}

const LOG_IN = [
  "the AWS CLI's usual ways work: environment variables, AWS_PROFILE or --profile, aws sso login, an instance's role",
  "for the local run give --local",
];

const THROTTLED: Explanation = {
  code: "throttled",
  message:
    "AWS throttles these calls, and went on doing so while they were repeated",
  hints: [
    "wait a minute and repeat: what was written stays written, and repeating it does no harm",
  ],
};

const NOT_REACHED: Explanation = {
  code: "unreachable",
  message: "no connection",
  hints: ["is the network up, and is the region right?"],
};

const BAD_CREDENTIALS: Explanation = {
  code: "credentials_refused",
  message: "AWS does not accept these credentials",
  hints: LOG_IN,
};

const BY_NAME: Readonly<Record<string, Explanation>> = {
  CredentialsProviderError: {
    code: "no_credentials",
    message: "no AWS credentials found",
    hints: LOG_IN,
  },
  TokenProviderError: {
    code: "no_credentials",
    message: "the AWS single sign-on session has ended",
    hints: LOG_IN,
  },
  ExpiredToken: BAD_CREDENTIALS,
  ExpiredTokenException: BAD_CREDENTIALS,
  InvalidClientTokenId: BAD_CREDENTIALS,
  InvalidSignatureException: BAD_CREDENTIALS,
  SignatureDoesNotMatch: BAD_CREDENTIALS,
  UnrecognizedClientException: BAD_CREDENTIALS,
  ProvisionedThroughputExceededException: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  Throttling: THROTTLED,
  ThrottlingException: THROTTLED,
  TooManyRequestsException: THROTTLED,
  TimeoutError: NOT_REACHED,
};

const ACCESS_DENIED: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedOperation",
]);

const CONNECTION_CODES: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/**
 * The error as a CommandError, saying what was being done.
 *
 * @returns the error itself when nothing is known of it
 */
export function explainAwsError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || error instanceof CommandError) return error;
  const explanation = explain(error);
  if (explanation === undefined) return error;
  const { code, message, hints } = explanation;
  return new CommandError(
    EXIT.unreachable,
    code,
    `${doing}: ${message}`,
    hints,
    error,
  );
}

function explain(error: Error): Explanation | undefined {
  if (Object.hasOwn(BY_NAME, error.name)) return BY_NAME[error.name];
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && CONNECTION_CODES.has(code)) {
    return { ...NOT_REACHED, message: `no connection (${code})` };
  }
  if (error.message.startsWith("Region is missing")) {
    return {
      code: "no_region",
      message: "no AWS region",
      hints: [
        "give --region, or set AWS_REGION",
        "for the local run give --local",
      ],
    };
  }
  if (ACCESS_DENIED.has(error.name)) {
    return {
      code: "access_denied",
      // AWS names the caller and the action that is missing.
      message: `AWS refuses: ${error.message}`,
      hints: ["docs/tenants.md lists the actions that each subcommand needs"],
    };
  }
  return undefined;
}

/** Runs calls to AWS, and explains their failure. */
export async function calling<Value>(
  doing: string,
  call: () => Promise<Value>,
): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw explainAwsError(error, doing);
  }
}
