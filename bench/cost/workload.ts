/** A month of traffic and what one invocation takes: the inputs of the calculator, each with its default. */

export interface Workload {
  /** Requests in a month. */
  readonly requests: number;
  /** Distinct tokens in that month. */
  readonly tokens: number;
  /** How long a token is in use, from its first request to its last. */
  readonly activeSeconds: number;
  /** Distinct routes that a token calls. */
  readonly routesPerToken: number;
  /** How long API Gateway keeps an answer. */
  readonly ttlSeconds: number;
  /** Flushes of the whole stage in a month: about two for each change of a row. */
  readonly flushes: number;
  /** Share of the invocations that find the record in the function's own cache. */
  readonly recordHitRatio: number;
  /** Billed time of a warm invocation, most of it the wait for DynamoDB. */
  readonly warmMs: number;
  /** Billed time of an INIT, and the share of the invocations that have one. */
  readonly initMs: number;
  readonly coldShare: number;
  /** Extra billed time of a design that fetches the JWKS for each invocation. */
  readonly jwksFetchMs: number;
  readonly memoryMb: number;
  /** What one invocation writes: the decision, the platform's two lines, 26 bytes that CloudWatch adds to each. */
  readonly logBytes: number;
}

export const MONTH_SECONDS = 30 * 86_400;

export const DEFAULT_WORKLOAD: Workload = {
  requests: 100_000_000,
  tokens: 1_000_000,
  activeSeconds: 3_600,
  routesPerToken: 10,
  ttlSeconds: 300,
  flushes: 2_000,
  recordHitRatio: 0,
  warmMs: 10,
  initMs: 400,
  coldShare: 0.002,
  jwksFetchMs: 80,
  memoryMb: 512,
  logBytes: 1_200,
};

/** What makes no sense, in words; empty when all is well. */
export function findWorkloadProblems(workload: Workload): readonly string[] {
  const shares: readonly (keyof Workload)[] = ["recordHitRatio", "coldShare"];
  const problems = Object.entries(workload).flatMap(
    ([name, value]: [string, number]) =>
      Number.isFinite(value) && value >= 0
        ? []
        : [`${name} must be a number, 0 or more`],
  );
  const over = shares
    .filter((name) => workload[name] > 1)
    .map((name) => `${name} is a share: 0 to 1`);
  const { ttlSeconds, tokens, requests, activeSeconds, routesPerToken } =
    workload;
  return [
    ...problems,
    ...over,
    ...(ttlSeconds > 3_600 ? ["ttlSeconds: API Gateway takes 0 to 3600"] : []),
    ...(tokens < 1 || tokens > requests
      ? ["tokens must be 1 to the number of requests"]
      : []),
    ...(activeSeconds > 0 ? [] : ["activeSeconds must be over 0"]),
    ...(routesPerToken >= 1 ? [] : ["routesPerToken must be 1 or more"]),
  ];
}
