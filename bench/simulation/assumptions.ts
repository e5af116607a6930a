/** What the simulation takes for given about everything that is not the product. */
import { SETTINGS } from "./settings.ts";
import type { Sizes } from "./sizes.ts";

export const ASSUMPTIONS = {
  /** Traffic grows in a straight line over this time; nothing is judged before its end. */
  rampSeconds: 60,
  /** A warm invocation without its table read. */
  decisionMs: 2,
  /** GetItem over a warm connection: median, and the sigma of its logarithm. */
  readMs: 4,
  readSigma: 0.5,
  /** INIT without the key set: runtime and bundle. */
  initMs: 250,
  initSigma: 0.3,
  /** A JWKS fetch with its TLS handshake; a 429 takes as long. */
  fetchMs: 60,
  fetchSigma: 0.5,
  /** An environment is taken away when it was idle for this long, or is this old. */
  idleSeconds: 300,
  lifetimeSeconds: 7_200,
  /** From a write to the table to the batch at the function: the stream, and the mapping's window of 1 s. */
  streamMs: 1_500,
  /** One call of FlushStageAuthorizersCache. */
  flushMs: 200,
  /** After a rotation, the tokens of the old key are replaced in this time. */
  tokenLifetimeSeconds: 3_600,
  /** How many the table has: a few, although DynamoDB splits further under load. */
  partitions: 4,
  /** One in so many decisions compiles the policy: what that costs is measured by bench:policy. */
  compileEvery: 20,
  /** So long after a flush is its tail. */
  tailSeconds: 10,
} as const;

const whole = (value: number): string => value.toLocaleString("en");

/** One sentence each, for the reader of the figures. */
export const describeAssumptions = ({
  tenants,
  tokens,
  zipfExponent,
  ttlSeconds,
}: Pick<
  Sizes,
  "tenants" | "tokens" | "zipfExponent" | "ttlSeconds"
>): readonly string[] => [
  `${whole(tenants)} tenants and ${whole(tokens)} tokens, all good; requests over tokens and tokens over tenants follow Zipf's law with exponent ${zipfExponent}; arrivals are random (Poisson); no client asks again after an error.`,
  `Traffic grows from 0 in ${ASSUMPTIONS.rampSeconds} s. At the start there is no environment, while the gateway's cache is filled as after a long run. Peaks and sums are those after the ramp.`,
  `The gateway keeps an answer per token for ${ttlSeconds} s unless a scenario says otherwise, and does not join requests that miss together.`,
  `A request that finds no idle environment starts one and waits for it. The environment used last is taken first; one ends after ${ASSUMPTIONS.idleSeconds} s idle or ${whole(ASSUMPTIONS.lifetimeSeconds)} s of age.`,
  "The read at init that opens the connection is not counted: one for each new environment, all of one key. Kept decisions change no count: they end with the record's cache time.",
  `Not measured on AWS: a warm invocation takes ${ASSUMPTIONS.decisionMs} ms besides its table read; GetItem ${ASSUMPTIONS.readMs} ms, INIT ${ASSUMPTIONS.initMs} ms, a JWKS fetch ${ASSUMPTIONS.fetchMs} ms in the median, with log-normal tails (sigma ${ASSUMPTIONS.readSigma}, ${ASSUMPTIONS.initSigma}, ${ASSUMPTIONS.fetchSigma}).`,
  `A change of a row reaches the change function after ${ASSUMPTIONS.streamMs} ms, one batch at a time; a flush takes ${ASSUMPTIONS.flushMs} ms.`,
  `A rotation is the worst kind, to a key that no cached set has; tokens of it replace the others within ${whole(ASSUMPTIONS.tokenLifetimeSeconds)} s. The issuer counts by whole seconds and answers 429 over its limit.`,
  `Every record is below 4 kB, so a consistent read is one unit. Records are spread over ${ASSUMPTIONS.partitions} partitions by a hash. Reads over a partition's quota are counted, not refused; environments over Lambda's are refused.`,
  `Each environment runs the product's key-set cache, tenant cache and record parser, and one in ${ASSUMPTIONS.compileEvery} decisions its policy compiler, at the defaults (records ${SETTINGS.tenantCacheSeconds} s, key sets ${SETTINGS.jwksMaxAgeSeconds} s); flushes come from the product's change handler. Signatures are not verified.`,
  "Usage plans are not part of it: with an API key for each tenant, the 10,000 keys of an account and region would end at 10,000 tenants.",
];
